import type { Container, Pod } from '@periplus/kinds'

/** What keeps a pod apart from others and cannot be had here. It never runs with less than it asked for. */
export const unsupportedPod = ({ spec }: Pod): string | undefined =>
  spec?.hostUsers === false ? `can't set spec.hostUsers: false, this node does not support user namespaces` : undefined

/** The same of one container. */
export const unsupportedContainer = ({ spec }: Pod, { securityContext }: Container): string | undefined => {
  const appArmor = securityContext?.appArmorProfile ?? spec?.securityContext?.appArmorProfile
  if (appArmor?.type === 'Localhost')
    return `AppArmor profile ${appArmor.localhostProfile ?? ''} of the machine cannot be used: this node supports only its runtime's default`
  if (securityContext?.procMount === 'Unmasked') return 'procMount Unmasked is not supported by this node'
  return undefined
}
