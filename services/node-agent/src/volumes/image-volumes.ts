import { join } from 'node:path'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { ContainerRuntime } from '@periplus/runtime'
import { imageDirectories, volumeDirectory } from '../files/layout.ts'
import type { Layout } from '../files/layout.ts'
import { namesIn } from '../files/watch-folder.ts'

/** Who shows images as directories. */
export type ImageMounting = Pick<ContainerRuntime, 'mountImage' | 'unmountImage'>

/** A pod's volumes that are images. What is mounted is known by its directory, so that any agent can take it away again. */
export interface ImageVolumes {
  show(uid: string, volume: string, image: string): Promise<Either<string, void>>
  /** All of a pod's. */
  unmount(uid: string): Promise<Either<string, void>>
}

export const imageVolumes = (runtime: ImageMounting, places: Layout): ImageVolumes => ({
  show: async (uid, volume, image) => {
    const shown = await runtime.mountImage(image, volumeDirectory(places, uid, 'image', volume))
    return E.isLeft(shown) ? E.left(shown.left.message) : shown
  },
  unmount: async uid => {
    const around = imageDirectories(places, uid)
    for (const volume of await namesIn(around)) {
      const taken = await runtime.unmountImage(join(around, volume))
      if (E.isLeft(taken)) return E.left(`failed to unmount the image of volume ${volume}: ${taken.left.message}`)
    }
    return E.right(undefined)
  },
})
