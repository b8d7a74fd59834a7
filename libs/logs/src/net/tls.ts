import type { ConnectionOptions } from 'node:tls'
import type { Credentials } from '../backend.ts'
import type { ConfigReader } from '../config/read-config.ts'

export type TlsOptions = Pick<
  ConnectionOptions,
  'ca' | 'allowPartialTrustChain' | 'cert' | 'key' | 'servername' | 'rejectUnauthorized'
>

/** `tls.serverName` and `tls.insecureSkipVerify`; whom to trust and who one is are in the Secret. */
export const readTls = (config: ConfigReader, credentials: Credentials): TlsOptions => {
  const tls = config.inside('tls')
  const servername = tls.text('serverName')
  const ca = credentials.get('ca.crt')
  const cert = credentials.get('tls.crt')
  const key = credentials.get('tls.key')
  return {
    ...(ca === undefined ? {} : { ca, allowPartialTrustChain: true }),
    ...(cert === undefined || key === undefined ? {} : { cert, key }),
    ...(servername === undefined ? {} : { servername }),
    rejectUnauthorized: !tls.flag('insecureSkipVerify'),
  }
}
