import { atOnce } from '@periplus/prelude'
import type { Steps } from '@periplus/prelude'
import type { Definitions } from './definitions.ts'
import { definitionsOf, gvksOf, swaggerSchemas } from './definitions.ts'
import { operationsOf } from './operations.ts'
import type { Operation, Payload } from './operations.ts'
import { patchMediaTypes, pathParameterText, queryParameters } from './parameters.ts'
import type { Json, OpenApiSources } from './sources.ts'

/** The JSON schema of what an operation takes or gives; `undefined` where nothing is known of it. */
export const payloadSchema = (
  sources: OpenApiSources,
  definitions: Definitions,
  { kind }: Operation,
  payload: Payload,
): Json | undefined => {
  switch (payload.tag) {
    case 'object':
      return definitions.schemaOf(kind.schema)
    case 'list':
      return definitions.schemaOf(sources.listSchema(kind))
    case 'text':
      return { type: 'string' }
    case 'patch':
      return { description: 'A patch of the media type that Content-Type names.', type: 'object' }
    case 'body': {
      const found = [...sources.bodies, ...sources.kinds].find(
        body => body.group === payload.group && body.version === payload.version && body.kind === payload.kind,
      )
      return found && definitions.schemaOf(found.schema)
    }
  }
}

/** Answers of an operation by code. */
export const answers = (operation: Operation, ok: (code: string, words: string) => Json): Json => ({
  '200': ok('200', 'OK'),
  ...(operation.method === 'put' || operation.method === 'patch' || operation.method === 'post'
    ? { '201': ok('201', 'Created') }
    : {}),
  ...(operation.method === 'post' || operation.action === 'delete' ? { '202': ok('202', 'Accepted') } : {}),
  '401': { description: 'Unauthorized' },
})

const swaggerOperation = (sources: OpenApiSources, definitions: Definitions, operation: Operation): Json => {
  const takes = operation.takes && payloadSchema(sources, definitions, operation, operation.takes)
  const gives = payloadSchema(sources, definitions, operation, operation.gives)
  return {
    consumes: operation.action === 'patch' ? patchMediaTypes(operation.kind) : ['*/*'],
    description: operation.description,
    operationId: operation.id,
    parameters: [
      ...(takes === undefined
        ? []
        : [
            {
              in: 'body',
              name: 'body',
              required: operation.action !== 'delete' && operation.action !== 'deletecollection',
              schema: takes,
            },
          ]),
      ...queryParameters(operation).map(({ name, type, description }) => ({
        description,
        in: 'query',
        name,
        type,
        uniqueItems: true,
      })),
    ],
    produces: operation.gives.tag === 'text' ? ['text/plain', 'application/json'] : sources.produces,
    responses: answers(operation, (_, description) => ({
      description,
      ...(gives === undefined ? {} : { schema: gives }),
    })),
    schemes: ['https'],
    tags: [operation.tag],
    'x-kubernetes-action': operation.action,
    'x-kubernetes-group-version-kind': operation.gvk,
  }
}

/** Groups operations by path; the path's own parameters are given once. */
export function* pathsOf(
  operations: readonly Operation[],
  describe: (operation: Operation) => Json,
  pathParameter: (name: string, description: string) => Json,
): Steps<Json> {
  const paths = new Map<string, Record<string, unknown>>()
  for (const operation of operations) {
    yield
    const path = paths.get(operation.path) ?? {}
    path[operation.method] = describe(operation)
    if (operation.pathParameters.length > 0)
      path.parameters = operation.pathParameters.map(name =>
        pathParameter(name, pathParameterText(name, operation.kind.kind)),
      )
    paths.set(operation.path, path)
  }
  return Object.fromEntries([...paths.keys()].sort().map(path => [path, paths.get(path)]))
}

/** The Swagger 2.0 document of `/openapi/v2`: every kind with its definitions and paths. The same sources give the same document. */
export const openApiV2 = (sources: OpenApiSources): Json => atOnce(openApiV2InSteps(sources))

/** The same in steps. */
export function* openApiV2InSteps(sources: OpenApiSources): Steps<Json> {
  const definitions = definitionsOf(gvksOf(sources), sources.fieldWords, yield* swaggerSchemas(sources.kinds))
  for (const body of sources.bodies) definitions.schemaOf(body.schema)
  const paths = yield* pathsOf(
    sources.kinds.flatMap(operationsOf),
    operation => swaggerOperation(sources, definitions, operation),
    (name, description) => ({ description, in: 'path', name, required: true, type: 'string', uniqueItems: true }),
  )
  return {
    swagger: '2.0',
    info: { title: 'Kubernetes', version: sources.version },
    paths,
    definitions: definitions.all(),
    security: [{ BearerToken: [] }],
    securityDefinitions: {
      BearerToken: { description: 'Bearer Token authentication', in: 'header', name: 'authorization', type: 'apiKey' },
    },
  }
}
