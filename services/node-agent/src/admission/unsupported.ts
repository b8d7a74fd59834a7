import type { Container, Pod } from '@periplus/kinds'

/** What keeps a pod apart from others and cannot be had here. It never runs with less than it asked for. */
export const unsupportedPod = ({ spec }: Pod): string | undefined =>
  spec?.hostUsers === false ? `can't set spec.hostUsers: false, this node does not support user namespaces` : undefined

/** The same of one container. */
export const unsupportedContainer = ({ securityContext, lifecycle }: Container): string | undefined => {
  // Valid only in a user namespace of the pod's own, which is refused before.
  if (securityContext?.procMount === 'Unmasked') return 'procMount Unmasked is not supported by this node'
  if (lifecycle?.stopSignal)
    return 'lifecycle.stopSignal is not supported by the runtime: it ends containers as their images say'
  return undefined
}
