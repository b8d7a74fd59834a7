import type { Either } from '@periplus/prelude'
import { readChecked } from '../../configuration/read-configuration.ts'
import { defaultIssuer } from '../tokens/service-account-tokens.ts'
import { authenticationConfiguration } from './configuration.ts'
import type { AuthenticationConfiguration } from './configuration.ts'
import { authenticationErrors } from './validate.ts'

/** The configuration that a file holds, or what is wrong with it: a line for each fault. */
export const readAuthentication = (text: string): Either<readonly string[], AuthenticationConfiguration> =>
  readChecked(authenticationConfiguration, text, read => authenticationErrors(read, [defaultIssuer]))
