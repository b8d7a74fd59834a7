import type { LogBackend } from '../backend.ts'
import { readConfig } from '../config/read-config.ts'
import { readTemplate } from '../config/read-template.ts'
import { identified } from '../document.ts'
import { authorizationOf } from '../http/authorization.ts'
import { readHeaders } from '../http/headers.ts'
import { httpWriter } from '../http/http-writer.ts'
import { readTls } from '../net/tls.ts'
import { bulkAnswer } from './bulk-answer.ts'

/** As little of the answer as tells what became of each document. */
const answerFields = 'errors,items.*.status,items.*.error.type,items.*.error.reason'

/**
 * The bulk API of Elasticsearch and OpenSearch, over plain HTTP: their clients look at the server's brand. Documents are created
 * under the line's id, so that one that is sent twice is there once; data streams and indices both take `create`.
 */
export const elasticsearchBackend: LogBackend = {
  name: 'elasticsearch',
  open: (config, credentials, limits) => {
    const read = readConfig(config)
    const base = read.url('url', ['http:', 'https:'])
    const url = new URL(`${base.pathname.replace(/\/$/, '')}/_bulk${base.search}`, base)
    url.searchParams.set('filter_path', answerFields)
    const index = readTemplate(read, 'index', 'periplus-logs')
    const pipeline = read.text('pipeline')
    if (pipeline !== undefined) url.searchParams.set('pipeline', pipeline)
    const headers = {
      ...readHeaders(read),
      'content-type': 'application/x-ndjson',
      ...authorizationOf(credentials),
    }
    const tls = readTls(read, credentials)
    return read.opens(() =>
      httpWriter(
        {
          tls,
          requestOf: lines => ({
            method: 'POST',
            url,
            headers,
            body: lines
              .map(line => {
                const [id, document] = identified(line)
                return `{"create":{"_index":${JSON.stringify(index.of(line))},"_id":"${id}"}}\n${document}\n`
              })
              .join(''),
          }),
          answerOf: (answer, lines) => bulkAnswer(answer, lines.length),
        },
        limits,
      ),
    )
  },
}
