import { E, inSteps, sharedTurn } from '@periplus/prelude'
import {
  openApiV2InSteps,
  openApiV2ProtobufInSteps,
  openApiV2ProtobufMediaType,
  openApiV3InSteps,
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
import { answerDocument, once, servedDocument, servedInSteps, servedJsonInSteps } from './document.ts'
import type { ServedDocument } from './document.ts'
import { mergedOpenApiV2 } from './merged-open-api.ts'
import type { ForeignOpenApi } from './merged-open-api.ts'

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

const protobufType = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf'

const partBytes = 256 * 1024
const inParts = (bytes: Uint8Array): readonly Uint8Array[] =>
  Array.from({ length: Math.ceil(bytes.length / partBytes) }, (_, i) =>
    bytes.subarray(i * partBytes, (i + 1) * partBytes),
  )

type Documents = ReadonlyMap<string, ServedDocument>

/** In turns, as everything here: an API has thousands of schemas. */
const documentsOf = async (kinds: readonly Kind[]): Promise<Documents> => {
  const served = new Map<string, ServedDocument>()
  for (const [path, document] of await inSteps(sharedTurn, openApiV3InSteps(sourcesOf(kinds)))) {
    served.set(path, await inSteps(sharedTurn, servedJsonInSteps(document)))
  }
  return served
}

/** Most of the work, and the same whatever is defined besides. */
const builtinDocuments = once(() => documentsOf(builtinRegistry.kinds))

const isBuiltin = (kind: Kind): boolean => builtinRegistry.byResource(kind.group, kind.version, kind.resource) === kind

/**
 * `/openapi/v2`, `/openapi/v3` and what is below it, made from the schema at the first request; with what other servers say of APIs that
 * they answer for, whose own v3 documents they are asked for.
 */
export const openApiDocuments = (
  kinds: KindRegistry,
  others: readonly ForeignOpenApi[] = [],
): ((call: Call) => Promise<Answer> | Answer | undefined) => {
  const sources = sourcesOf(kinds.kinds)
  const whole = async () => {
    const own = await inSteps(sharedTurn, openApiV2InSteps(sources))
    return inSteps(
      sharedTurn,
      mergedOpenApiV2(
        own,
        others.flatMap(({ v2: part }) => part ?? []),
      ),
    )
  }
  const v2 = {
    json: once(async () => {
      const document = await whole()
      return inSteps(sharedTurn, servedJsonInSteps(document))
    }),
    // All that client-go takes: kubectl asks for it about kinds that version 3 does not know.
    protobuf: once(async (): Promise<ServedDocument> => {
      const document = await whole()
      const bytes = await inSteps(sharedTurn, openApiV2ProtobufInSteps(document))
      return inSteps(sharedTurn, servedInSteps(inParts(bytes), protobufType))
    }),
  }
  const v3 = once(async (): Promise<Documents> => {
    const others = await documentsOf(kinds.kinds.filter(kind => !isBuiltin(kind)))
    return new Map([...(await builtinDocuments()), ...others])
  })
  const v3Index = once(async () => {
    const own = [...(await v3())].map(([path, { hash }]) => [path, hash] as const)
    const theirs = others.flatMap(({ path, hash }) => (hash === undefined ? [] : [[path, hash] as const]))
    return servedDocument(openApiV3Index(new Map([...own, ...theirs])))
  })

  const answerV3 = async (call: Call, path: string): Promise<Answer> => {
    const document = (await v3()).get(path)
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
    const answered = async (made: Promise<ServedDocument>): Promise<Answer> => E.right(answerDocument(call, await made))
    if (path === '/openapi/v2') return answered(v2[form]())
    if (path === '/openapi/v3') return answered(v3Index())
    return answerV3(call, path.slice('/openapi/v3/'.length).replace(/\/$/, ''))
  }
}
