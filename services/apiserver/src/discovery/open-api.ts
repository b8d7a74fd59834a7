import { E } from '@periplus/prelude'
import { openApiV2, openApiV3, openApiV3Index, unknownResource } from '@periplus/api'
import type { KindRegistry } from '@periplus/api'
import { listSchema, requestBodies } from '@periplus/kinds'
import type { Answer, Call } from '../http/call.ts'
import { headerOf } from '../http/exchange.ts'
import type { Headers } from '../http/reply.ts'
import { versionInfo } from '../operations/version.ts'
import { answerDocument, once, servedDocument } from './document.ts'
import type { ServedDocument } from './document.ts'

const jsonTypes = new Set([
  '*/*',
  'application/*',
  'application/json',
  // How clients of either version name its JSON form.
  'application/com.github.proto-openapi.spec.v2.v1.0+json',
  'application/com.github.proto-openapi.spec.v3.v1.0+json',
])

const acceptsJson = (header: string | undefined): boolean =>
  header === undefined ||
  header.trim() === '' ||
  header.split(',').some(range => jsonTypes.has(range.split(';')[0]?.trim().toLowerCase() ?? ''))

/** A document asked for by its hash never changes: it may be kept for good. */
const forGood: Headers = {
  'cache-control': 'public, immutable',
  expires: 'Thu, 31 Dec 2037 23:55:55 GMT',
}

/** `/openapi/v2`, `/openapi/v3` and what is below it, made from the schema at the first request. */
export const openApiDocuments = (kinds: KindRegistry): ((call: Call) => Answer | undefined) => {
  const sources = {
    kinds: kinds.kinds,
    bodies: requestBodies,
    listSchema,
    version: versionInfo.gitVersion,
    produces: ['application/json', 'application/yaml'],
  }
  const v2 = once(() => servedDocument(openApiV2(sources)))
  const v3 = once(
    (): ReadonlyMap<string, ServedDocument> =>
      new Map([...openApiV3(sources)].map(([path, document]) => [path, servedDocument(document)])),
  )
  const v3Index = once(() => servedDocument(openApiV3Index(new Map([...v3()].map(([path, { hash }]) => [path, hash])))))

  const answerV3 = (call: Call, path: string): Answer => {
    const document = v3().get(path)
    if (!document) return E.left(unknownResource)
    const asked = call.query.get('hash')
    if (asked === null || asked === '') return E.right(answerDocument(call, document))
    if (asked === document.hash) return E.right(answerDocument(call, document, forGood))
    const location = `/openapi/v3/${path}?hash=${document.hash}`
    return E.right({ tag: 'Bytes', code: 301, contentType: 'text/plain', parts: [], headers: { location } })
  }

  return call => {
    const { path } = call.info
    if (path !== '/openapi/v2' && path !== '/openapi/v3' && !path.startsWith('/openapi/v3/')) return undefined
    if (!acceptsJson(headerOf(call.request, 'accept')))
      return E.left({ tag: 'NotAcceptable', message: 'only the following media types are accepted: application/json' })
    if (path === '/openapi/v2') return E.right(answerDocument(call, v2()))
    if (path === '/openapi/v3') return E.right(answerDocument(call, v3Index()))
    return answerV3(call, path.slice('/openapi/v3/'.length).replace(/\/$/, ''))
  }
}
