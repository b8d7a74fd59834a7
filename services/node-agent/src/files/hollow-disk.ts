import { E } from '@periplus/prelude'
import type { PodDisk } from './pod-disk.ts'

/** The disk of a hollow node, on which nothing runs: it touches no file. */
export const hollowDisk: PodDisk = {
  hostResolver: async () => ({ servers: [], searches: [], options: [] }),
  logDirectory: pod => `/var/log/pods/${pod.metadata?.namespace}_${pod.metadata?.name}_${pod.metadata?.uid}`,
  prepareVolumes: async () => E.right(undefined),
  showImage: async () => E.right(undefined),
  mounts: async () => E.right({ mounts: [], devices: [] }),
  overflowing: async () => undefined,
  filledBy: () => [],
  volumeUses: async () => [],
  linkLog: async () => undefined,
  terminationMessage: async () => '',
  forgetContainer: async () => undefined,
  tearDown: async () => E.right(undefined),
  forget: async () => E.right(undefined),
  sweep: async () => undefined,
}
