import { E, own, sharedTurn } from '@periplus/prelude'
import { unknownResource } from '@periplus/api'
import type { Metrics } from '@periplus/service'
import type { Answer, Call } from '../http/call.ts'
import { ok } from '../http/reply.ts'
import type { HealthCheck } from '../operations/health.ts'
import { answerHealth, isHealthPath } from '../operations/health.ts'
import { versionInfo } from '../operations/version.ts'
import type { Security } from '../ports.ts'

export interface NonResourceDeps {
  readonly security: Pick<Security, 'publicDocuments'>
  readonly metrics: Metrics
  readonly checks: readonly HealthCheck[]
  /** Finds out how things are before the checks are asked. */
  readonly examine: () => Promise<unknown>
  /** Documents about the API itself; `undefined` for paths that are none. */
  readonly documents: (call: Call) => Answer | Promise<Answer> | undefined
  readonly paths: (call: Call) => readonly string[]
}

/** Characters that are written at once. */
const pieceLength = 64 * 1024

/** In turns: a server that has been asked for much has much to tell. */
async function* inPieces(texts: Iterable<string>): AsyncGenerator<Uint8Array> {
  let piece = ''
  for (const text of texts) {
    if (sharedTurn.isOver()) await sharedTurn.next()
    piece += text
    if (piece.length < pieceLength) continue
    yield Buffer.from(piece)
    piece = ''
  }
  yield Buffer.from(piece)
}

const metricsType = 'text/plain; version=0.0.4; charset=utf-8'

/** Everything that is not a resource: what the server says of itself, and of the API. */
export const nonResource =
  ({ security, metrics, checks, examine, documents, paths }: NonResourceDeps) =>
  async (call: Call): Promise<Answer> => {
    const { path } = call.info
    if (call.request.method !== 'GET' && call.request.method !== 'HEAD')
      return E.left({
        tag: 'MethodNotAllowed',
        target: { group: '', resource: path, name: '' },
        action: call.request.method ?? '',
      })
    const document = documents(call)
    if (document) return document
    if (isHealthPath(path)) {
      await examine()
      const health = answerHealth(checks, path, call.query)
      return health ? E.right(health) : E.left(unknownResource)
    }
    switch (path) {
      case '/':
        return E.right(ok({ paths: paths(call) }))
      case '/version':
      case '/version/':
        return E.right(ok(versionInfo))
      case '/metrics':
        return E.right({ tag: 'Pieces', contentType: metricsType, pieces: inPieces(metrics.pieces()) })
      default: {
        const document = own(security.publicDocuments, path)
        return document ? E.right(ok(document())) : E.left(unknownResource)
      }
    }
  }
