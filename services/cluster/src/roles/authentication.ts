import { isDeepStrictEqual } from 'node:util'
import { E, containedClock, systemClock } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import { fieldError } from '@periplus/api'
import { anonymousBy, configuredIssuers, readAuthentication } from '@periplus/apiserver'
import type { SecurityOptions } from '@periplus/apiserver'
import { configurationIn } from './configuration-file.ts'
import { follow } from './followed-file.ts'
import type { RoleProcess } from './role.ts'

const changed = fieldError.forbidden('anonymous', 'changed from initial configuration file')

/**
 * Who else than the cluster says who people are, and where nobody has to say it, where the operator gave a configuration. Issuers come and go
 * with the file, which is looked at by `clock`; as in Kubernetes, where nobody has to say who they are stays as it was at the start.
 */
export const authenticationOf = (
  process: Pick<RoleProcess, 'settings' | 'logger' | 'metrics' | 'onBug' | 'onStop'>,
  clock: Clock = systemClock,
): Pick<SecurityOptions, 'issuers' | 'allowsAnonymous'> => {
  const { settings, logger, onBug } = process
  const { authenticationConfig: path } = settings
  if (path === undefined) return {}
  const first = configurationIn(path, readAuthentication)
  const issuers = follow(process, {
    ...{ path, name: 'authentication', clock },
    read: text => {
      const found = readAuthentication(text)
      return E.isRight(found) && !isDeepStrictEqual(found.right.anonymous, first.anonymous)
        ? E.left([fieldError.line(changed)])
        : found
    },
    make: configuration => {
      const made = configuredIssuers({
        configuration,
        clock: containedClock(systemClock, onBug),
        onTrouble: (issuer, reason) => logger.warn('an issuer of tokens does not tell its keys', { issuer, reason }),
      })
      return { ...made, value: made }
    },
  })
  return { issuers: { user: token => issuers().user(token) }, allowsAnonymous: anonymousBy(first) }
}
