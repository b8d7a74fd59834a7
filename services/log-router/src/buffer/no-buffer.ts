import type { DiskBuffer } from './disk-buffer.ts'

/** Where there is nowhere to keep anything: a full one. */
export const noBuffer: DiskBuffer = {
  last: undefined,
  isEmpty: true,
  bytes: 0,
  push: async () => false,
  take: async () => undefined,
  letGo: async () => undefined,
  close: async () => undefined,
}
