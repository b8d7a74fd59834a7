import type { AllowsAnonymous } from '../authentication/authenticate.ts'
import type { AuthenticationConfiguration } from './configuration.ts'

/** Where nobody in particular may ask: everywhere, nowhere, or at the paths that a configuration names. */
export const anonymousBy = ({ anonymous }: AuthenticationConfiguration): AllowsAnonymous => {
  if (anonymous?.enabled === undefined) return () => true
  const paths = (anonymous.conditions ?? []).map(({ path }) => path)
  return asked => anonymous.enabled && (paths.length === 0 || paths.includes(asked))
}
