import { X509Certificate } from 'node:crypto'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { FrontProxyOptions } from '@periplus/apiserver'
import type { Settings } from '../home/settings.ts'
import { configurationIn } from './configuration-file.ts'

/** Whom the operator lets say who asks, if anybody. Throws `CannotGoOn` for a file that names no authority. */
export const frontProxiesOf = (settings: Settings): FrontProxyOptions | undefined => {
  const { requestheaderClientCa: path } = settings
  if (path === undefined) return undefined
  return {
    authorities: configurationIn(path, authoritiesIn),
    allowedNames: settings.requestheaderAllowedNames
      .split(',')
      .map(name => name.trim())
      .filter(name => name !== ''),
    usernameHeaders: settings.requestheaderUsernameHeaders,
    uidHeaders: settings.requestheaderUidHeaders,
    groupHeaders: settings.requestheaderGroupHeaders,
    extraHeaderPrefixes: settings.requestheaderExtraHeadersPrefix,
  }
}

const certificate = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/** The certificates alone, whatever else is in the file: what is in here is told to other servers. */
const authoritiesIn = (text: string): Either<readonly string[], string> => {
  const found = text.match(certificate) ?? []
  const isReadable = found.length > 0 && found.every(isCertificate)
  return isReadable
    ? E.right(`${found.join('\n')}\n`)
    : E.left(['data does not contain any valid RSA or ECDSA certificates'])
}

const isCertificate = (pem: string): boolean => {
  try {
    return new X509Certificate(pem).ca
  } catch {
    return false
  }
}
