import type { Pod, RuntimeClass, VolumeMount, VolumeMountStatus } from '@periplus/kinds'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { RuntimeHandler } from '@periplus/runtime'

/** Whether the pod's way to be run makes read-only mounts so with all that is mounted below. `named`: a RuntimeClass by its name. */
export const canRecurse = (
  { spec }: Pod,
  handlers: readonly RuntimeHandler[],
  named: (name: string) => RuntimeClass | undefined,
): boolean => {
  const handler = spec?.runtimeClassName ? named(spec.runtimeClassName)?.handler : ''
  return handlers.some(({ name, recursiveReadOnlyMounts }) => name === handler && recursiveReadOnlyMounts)
}

/** Whether a mount is read-only with all that is mounted below it. Refused in the kubelet's words. */
export const isRecursive = (mount: VolumeMount, possible: boolean): Either<string, boolean> => {
  const { recursiveReadOnly: mode = 'Disabled', name, readOnly, mountPropagation = 'None' } = mount
  const refuse = (why: string): Either<string, never> =>
    E.left(`volume "${name}" requested recursive read-only mode, but it is ${why}`)
  if (mode === 'Disabled') return E.right(false)
  if (!readOnly) return refuse('not read-only')
  if (mountPropagation !== 'None') return refuse(`not compatible with propagation "${mountPropagation}"`)
  if (mode === 'Enabled' && !possible) return refuse('not supported by the runtime')
  return E.right(possible)
}

/** What a container's status says of its mounts. */
export const mountStatuses = (mounts: readonly VolumeMount[], possible: boolean): readonly VolumeMountStatus[] =>
  mounts.map(mount => {
    const { name, mountPath, readOnly } = mount
    if (!readOnly) return { name, mountPath }
    const recursive = isRecursive(mount, possible)
    const mode = E.isRight(recursive) && recursive.right ? 'Enabled' : 'Disabled'
    return { name, mountPath, readOnly, recursiveReadOnly: mode }
  })
