import type { Container, Secret } from '@periplus/kinds'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { PodShell } from '../effect.ts'
import type { StartFailure } from '../start-failure.ts'

/** Pulls and shows the images that a container mounts as volumes; the first that cannot be had is what the container waits with. */
export const showImageVolumes = async (
  shell: PodShell,
  container: Container,
  secrets: readonly Secret[],
): Promise<Either<StartFailure, void>> => {
  const { node, pod } = shell
  const mounted = new Set((container.volumeMounts ?? []).map(({ name }) => name))
  for (const { name, image } of pod.spec?.volumes ?? []) {
    if (!image || !mounted.has(name)) continue
    const { reference = '', pullPolicy } = image
    const wanted = { image: reference, ...(pullPolicy ? { imagePullPolicy: pullPolicy } : {}) }
    const had = await node.images.ensure(pod, wanted, secrets, shell.tell(undefined))
    if (E.isLeft(had)) return E.left({ ...had.left, image: reference })
    // What the pod is given back could not be given back any more.
    if (shell.cancelled()) return E.left({ reason: 'Cancelled', message: 'the pod is being ended' })
    const shown = await node.disk.showImage(pod, name, had.right.id)
    if (E.isLeft(shown))
      return E.left({
        reason: 'CreateContainerError',
        message: `failed to mount image volume "${name}": ${shown.left}`,
      })
  }
  return E.right(undefined)
}
