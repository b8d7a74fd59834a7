import { E } from '@periplus/prelude'
import {
  openApiHash,
  openApiV2,
  openApiV2Protobuf,
  openApiV2ProtobufMediaType,
  openApiV3,
  openApiV3Index,
  unknownResource,
} from '@periplus/api'
import type { Kind, KindRegistry, OpenApiSources } from '@periplus/api'
import { builtinRegistry } from '@periplus/custom'
import { fieldWords, listSchema, requestBodies } from '@periplus/kinds'
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

/** The form that the client likes best of those that there are; `undefined` where it takes none of them. */
const formFor = (header: string | undefined, protobuf: string | undefined): 'json' | 'protobuf' | undefined => {
  if (header === undefined || header.trim() === '') return 'json'
  for (const range of header.split(',')) {
    const type = range.split(';')[0]?.trim().toLowerCase() ?? ''
    if (type === protobuf) return 'protobuf'
    if (jsonTypes.has(type)) return 'json'
  }
  return undefined
}

/** A document asked for by its hash never changes: it may be kept for good. */
const forGood: Headers = {
  'cache-control': 'public, immutable',
  expires: 'Thu, 31 Dec 2037 23:55:55 GMT',
}

const sourcesOf = (kinds: readonly Kind[]): OpenApiSources => ({
  kinds,
  bodies: requestBodies,
  listSchema,
  version: versionInfo.gitVersion,
  fieldWords,
  produces: ['application/json', 'application/yaml'],
})

type Documents = ReadonlyMap<string, ServedDocument>

const documentsOf = (kinds: readonly Kind[]): Documents =>
  new Map([...openApiV3(sourcesOf(kinds))].map(([path, document]) => [path, servedDocument(document)]))

/** Most of the work, and the same whatever is defined besides. */
const builtinDocuments = once(() => documentsOf(builtinRegistry.kinds))

const isBuiltin = (kind: Kind): boolean => builtinRegistry.byResource(kind.group, kind.version, kind.resource) === kind

/** `/openapi/v2`, `/openapi/v3` and what is below it, made from the schema at the first request. */
export const openApiDocuments = (kinds: KindRegistry): ((call: Call) => Answer | undefined) => {
  const sources = sourcesOf(kinds.kinds)
  const v2 = {
    json: once(() => servedDocument(openApiV2(sources))),
    // All that client-go takes: kubectl asks for it about kinds that version 3 does not know.
    protobuf: once((): ServedDocument => {
      const bytes = openApiV2Protobuf(openApiV2(sources))
      return {
        bytes,
        hash: openApiHash(bytes),
        contentType: 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf',
      }
    }),
  }
  const v3 = once(
    (): Documents => new Map([...builtinDocuments(), ...documentsOf(kinds.kinds.filter(kind => !isBuiltin(kind)))]),
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
    const protobuf = path === '/openapi/v2' ? openApiV2ProtobufMediaType : undefined
    const form = formFor(headerOf(call.request, 'accept'), protobuf)
    if (!form)
      return E.left({ tag: 'NotAcceptable', message: 'only the following media types are accepted: application/json' })
    if (path === '/openapi/v2') return E.right(answerDocument(call, v2[form]()))
    if (path === '/openapi/v3') return E.right(answerDocument(call, v3Index()))
    return answerV3(call, path.slice('/openapi/v3/'.length).replace(/\/$/, ''))
  }
}
