import { createHash } from 'node:crypto'
import { atOnce } from '@periplus/prelude'
import type { Steps } from '@periplus/prelude'
import type { Definitions } from './definitions.ts'
import { definitionsOf, gvksOf } from './definitions.ts'
import { basePath, operationsOf } from './operations.ts'
import type { Operation } from './operations.ts'
import { patchMediaTypes, queryParameters } from './parameters.ts'
import { answers, pathsOf, payloadSchema } from './swagger.ts'
import type { Json, OpenApiSources } from './sources.ts'

const content = (mediaTypes: readonly string[], schema: Json): Json =>
  Object.fromEntries(mediaTypes.map(type => [type, { schema }]))

const operationObject = (sources: OpenApiSources, definitions: Definitions, operation: Operation): Json => {
  const takes = operation.takes && payloadSchema(sources, definitions, operation, operation.takes)
  const gives = payloadSchema(sources, definitions, operation, operation.gives)
  const mediaTypes = operation.gives.tag === 'text' ? ['text/plain'] : sources.produces
  return {
    description: operation.description,
    operationId: operation.id,
    parameters: queryParameters(operation).map(({ name, type, description }) => ({
      description,
      in: 'query',
      name,
      schema: { type, uniqueItems: true },
    })),
    ...(takes === undefined
      ? {}
      : {
          requestBody: {
            content: content(operation.action === 'patch' ? patchMediaTypes(operation.kind) : ['*/*'], takes),
          },
        }),
    responses: answers(operation, (_, description) => ({
      ...(gives === undefined ? {} : { content: content(mediaTypes, gives) }),
      description,
    })),
    tags: [operation.tag],
    'x-kubernetes-action': operation.action,
    'x-kubernetes-group-version-kind': operation.gvk,
  }
}

function* documentOf(sources: OpenApiSources, base: string, gvks: ReadonlyMap<string, readonly Json[]>): Steps<Json> {
  const definitions = definitionsOf(gvks, sources.fieldWords)
  const kinds = sources.kinds.filter(kind => basePath(kind) === base)
  for (const kind of kinds) {
    yield
    definitions.schemaOf(kind.schema)
  }
  const paths = yield* pathsOf(
    kinds.flatMap(operationsOf),
    operation => operationObject(sources, definitions, operation),
    (name, description) => ({
      description,
      in: 'path',
      name,
      required: true,
      schema: { type: 'string', uniqueItems: true },
    }),
  )
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: sources.version },
    paths,
    components: {
      schemas: definitions.all(),
      securitySchemes: {
        BearerToken: {
          description: 'Bearer Token authentication',
          in: 'header',
          name: 'authorization',
          type: 'apiKey',
        },
      },
    },
    security: [{ BearerToken: [] }],
  }
}

/** The OpenAPI 3.0 documents by their path below `/openapi/v3/`: `api/v1`, `apis/apps/v1`... */
export const openApiV3 = (sources: OpenApiSources): ReadonlyMap<string, Json> => atOnce(openApiV3InSteps(sources))

/** The same in steps. */
export function* openApiV3InSteps(sources: OpenApiSources): Steps<ReadonlyMap<string, Json>> {
  const gvks = gvksOf(sources)
  const documents = new Map<string, Json>()
  for (const base of [...new Set(sources.kinds.map(basePath))].sort())
    documents.set(base.slice(1), yield* documentOf(sources, base, gvks))
  return documents
}

/** Upper-case SHA-512 of a serialised document: its `ETag`, and the `hash` that lets clients keep it for good. */
export function* openApiHashInSteps(parts: readonly Uint8Array[]): Steps<string> {
  const hash = createHash('sha512')
  for (const part of parts) {
    hash.update(part)
    yield
  }
  return hash.digest('hex').toUpperCase()
}

/** What `/openapi/v3` answers: where each document is, by the hash of its serialised form. */
export const openApiV3Index = (hashes: ReadonlyMap<string, string>): Json => ({
  paths: Object.fromEntries(
    [...hashes].map(([path, hash]) => [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` }]),
  ),
})
