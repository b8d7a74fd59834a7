import type { LogBackend } from '../backend.ts'
import { readConfig } from '../config/read-config.ts'
import { documentOf } from '../document.ts'
import { authorizationOf } from '../http/authorization.ts'
import { readHeaders } from '../http/headers.ts'
import { httpWriter } from '../http/http-writer.ts'
import { readTls } from '../net/tls.ts'

/** Posts batches to a URL: `ndjson`, a document a line, or `json`, one array. Any 2xx says that all of them have arrived. */
export const webhookBackend: LogBackend = {
  name: 'webhook',
  open: (config, credentials, limits) => {
    const read = readConfig(config)
    const url = read.url('url', ['http:', 'https:'])
    const array = read.oneOf('format', ['ndjson', 'json'], 'ndjson') === 'json'
    const type = array ? 'application/json' : 'application/x-ndjson'
    const headers = { ...readHeaders(read), 'content-type': type, ...authorizationOf(credentials) }
    const tls = readTls(read, credentials)
    return read.opens(() =>
      httpWriter(
        {
          tls,
          requestOf: lines => {
            const documents = lines.map(documentOf)
            const body = array ? `[${documents.join(',')}]` : `${documents.join('\n')}\n`
            return { method: 'POST', url, headers, body }
          },
        },
        limits,
      ),
    )
  },
}
