import type { Container, Pod } from '@periplus/kinds'
import type { ImageState } from '@periplus/runtime'
import { podLabel } from '../plan/containers.ts'

/** The kubelet's refusal when a container that must not be root would be; `undefined` when all is well. */
export const rootRefusal = (pod: Pod, container: Container, image: ImageState): string | undefined => {
  const own = container.securityContext
  const shared = pod.spec?.securityContext
  if (!(own?.runAsNonRoot ?? shared?.runAsNonRoot)) return undefined
  const where = `(pod: "${podLabel(pod)}", container: ${container.name})`
  const user = own?.runAsUser ?? shared?.runAsUser
  if (user !== undefined) return user === 0 ? `container's runAsUser breaks non-root policy ${where}` : undefined
  const [imageUser = ''] = image.user.split(':')
  if (imageUser === '' || Number(imageUser) === 0)
    return `container has runAsNonRoot and image will run as root ${where}`
  if (!/^\d+$/.test(imageUser))
    return `container has runAsNonRoot and image has non-numeric user (${imageUser}), cannot verify user is non-root ${where}`
  return undefined
}
