import { E, pause } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import type { ContainerRuntime, ImageState } from '@periplus/runtime'
import type { Machine } from '../node/machine.ts'
import { containedLater } from '../contained.ts'

export interface CollectionOptions {
  readonly runtime: ContainerRuntime
  readonly machine: Machine
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly report: (error: unknown) => void
  /** Images that pods of this node name, whether their containers exist yet or not. */
  readonly wanted: () => ReadonlySet<string>
}

const everyMilliseconds = 300_000
/** The kubelet's thresholds: above 85% of the disk unused images go, until it is below 80%. */
const highShare = 0.85
const lowShare = 0.8
const leastAgeMilliseconds = 120_000

export interface ImageCollector {
  /** Removes unused images when the disk fills up, the longest unused first; until the agent stops. */
  keep(): Promise<void>
  /** Removes all that are unused, now. */
  reclaim(): Promise<void>
}

export const imageCollector = (options: CollectionOptions): ImageCollector => {
  const { runtime, machine, clock, signal, wanted } = options
  const lastUsed = new Map<string, number>()

  /** Images and which of them are in use, when they were last in use noted; `undefined` while the runtime does not answer. */
  const look = async () => {
    const images = await runtime.images()
    const containers = await runtime.containers()
    if (E.isLeft(images) || E.isLeft(containers)) return undefined
    const now = clock.now()
    const used = new Set([...wanted(), ...containers.right.flatMap(({ image, imageId }) => [image, imageId])])
    for (const image of images.right) if (!lastUsed.has(image.id) || isUsed(image, used)) lastUsed.set(image.id, now)
    for (const id of lastUsed.keys()) if (!images.right.some(image => image.id === id)) lastUsed.delete(id)
    return { images: images.right, used }
  }

  const remove = async (bytes: number): Promise<void> => {
    const seen = await look()
    if (!seen) return
    for (const image of surplusImages(seen.images, seen.used, lastUsed, bytes, clock.now()))
      await runtime.removeImage(image.id)
  }

  return {
    keep: async () => {
      await containedLater(options.report, undefined, async () => void (await look()))
      while (!signal.aborted) {
        await pause(clock, everyMilliseconds, signal)
        if (signal.aborted) return
        await containedLater(options.report, undefined, async () => {
          const { storageBytes: total } = await machine.facts()
          const { storageBytes: free } = await machine.room()
          await remove(total - free > total * highShare ? total - free - total * lowShare : 0)
        })
      }
    },
    reclaim: () => remove(Infinity),
  }
}

/** The images to remove for so many bytes; none that is in use, has only just come, or every sandbox needs. */
export const surplusImages = (
  images: readonly ImageState[],
  used: ReadonlySet<string>,
  lastUsed: ReadonlyMap<string, number>,
  bytes: number,
  now: number,
): readonly ImageState[] => {
  let freed = 0
  return images
    .filter(image => !isUsed(image, used) && !image.tags.some(tag => /(^|\/)pause[:@]/.test(tag)))
    .filter(({ id }) => now - (lastUsed.get(id) ?? now) >= leastAgeMilliseconds)
    .sort((a, b) => (lastUsed.get(a.id) ?? 0) - (lastUsed.get(b.id) ?? 0))
    .filter(image => {
      if (freed >= bytes) return false
      freed += image.sizeBytes
      return true
    })
}

const isUsed = (image: ImageState, used: ReadonlySet<string>): boolean =>
  [image.id, ...image.tags, ...image.digests].some(name => used.has(name))
