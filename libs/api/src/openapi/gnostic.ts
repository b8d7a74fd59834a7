import { atOnce, isRestDue } from '@periplus/prelude'
import type { Steps } from '@periplus/prelude'
import { isRecord } from '../json/json-value.ts'
import { MessageWriter } from './message-writer.ts'
import type { Json } from './sources.ts'

/** `Accept` of clients that read OpenAPI v2 only in this form: client-go, and so kubectl's client-side validation. */
export const openApiV2ProtobufMediaType = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf'

type Fill = (writer: MessageWriter) => void

const message = (writer: MessageWriter, number: number, fill: Fill): void => {
  const inner = new MessageWriter()
  fill(inner)
  writer.delimited(number, inner.finish())
}

const text = (writer: MessageWriter, number: number, value: unknown): void => {
  if (typeof value === 'string' && value !== '') writer.text(number, value)
}
const texts = (writer: MessageWriter, number: number, values: unknown): void => {
  if (Array.isArray(values)) for (const value of values) writer.text(number, String(value))
}
const flag = (writer: MessageWriter, number: number, value: unknown): void => {
  if (value === true) writer.varint(number, 1n)
}
type FillInSteps = (writer: MessageWriter) => Steps<void>

/** The same of what may be long. */
function* longMessage(writer: MessageWriter, number: number, fill: FillInSteps): Steps<void> {
  const inner = new MessageWriter()
  yield* fill(inner)
  writer.delimited(number, inner.finish())
}

/** A map as gnostic has it: a repeated message of name and value. */
function* named(
  writer: MessageWriter,
  number: number,
  members: Json,
  fill: (value: Json, writer: MessageWriter) => Steps<void>,
): Steps<void> {
  for (const [name, value] of Object.entries(members)) {
    if (isRestDue()) yield
    // Parts of a document may be another server's, which writes what it wants.
    if (!isRecord(value)) continue
    yield* longMessage(writer, number, entry => {
      entry.text(1, name)
      return longMessage(entry, 2, inner => fill(value, inner))
    })
  }
}
/** Any JSON value, as YAML text: JSON is YAML. */
const anything = (writer: MessageWriter, number: number, value: unknown): void => {
  if (value !== undefined) message(writer, number, any => any.text(2, `${JSON.stringify(value)}\n`))
}
const vendorExtensions = (writer: MessageWriter, number: number, holder: Json): void => {
  for (const [name, value] of Object.entries(holder))
    if (name.startsWith('x-'))
      message(writer, number, entry => {
        entry.text(1, name)
        anything(entry, 2, value)
      })
}

function* writeSchema(schema: Json, writer: MessageWriter): Steps<void> {
  text(writer, 1, schema.$ref)
  text(writer, 2, schema.format)
  text(writer, 4, schema.description)
  anything(writer, 5, schema.default)
  texts(writer, 19, schema.required)
  if (isRecord(schema.additionalProperties)) {
    const values = schema.additionalProperties
    yield* longMessage(writer, 21, item => longMessage(item, 1, inner => writeSchema(values, inner)))
  }
  if (schema.type !== undefined) message(writer, 22, type => type.text(1, String(schema.type)))
  if (isRecord(schema.items)) {
    const elements = schema.items
    yield* longMessage(writer, 23, item => longMessage(item, 1, inner => writeSchema(elements, inner)))
  }
  if (isRecord(schema.properties)) {
    const members = schema.properties
    yield* longMessage(writer, 25, properties => named(properties, 1, members, writeSchema))
  }
  vendorExtensions(writer, 31, schema)
}

/** What operations take and give are references to definitions. */
const writeReference = (schema: Json, writer: MessageWriter): void => atOnce(writeSchema(schema, writer))

/** Body parameters are field 1 of a parameter; others field 2, in a message for where they stand (query 3, path 4). */
const writeParameter = (parameter: Json, writer: MessageWriter): void => {
  message(writer, 1, choice => {
    if (parameter.in === 'body') {
      message(choice, 1, body => {
        text(body, 1, parameter.description)
        text(body, 2, parameter.name)
        text(body, 3, parameter.in)
        flag(body, 4, parameter.required)
        const { schema } = parameter
        if (isRecord(schema)) message(body, 5, inner => writeReference(schema, inner))
      })
      return
    }
    message(choice, 2, place =>
      message(place, parameter.in === 'path' ? 4 : 3, inner => {
        flag(inner, 1, parameter.required)
        text(inner, 2, parameter.in)
        text(inner, 3, parameter.description)
        text(inner, 4, parameter.name)
        // Query parameters have `allow_empty_value` before the type.
        text(inner, parameter.in === 'path' ? 5 : 6, parameter.type)
        flag(inner, parameter.in === 'path' ? 18 : 19, parameter.uniqueItems)
      }),
    )
  })
}

const writeParameters = (writer: MessageWriter, number: number, parameters: unknown): void => {
  if (Array.isArray(parameters))
    for (const parameter of parameters as readonly unknown[])
      if (isRecord(parameter)) message(writer, number, inner => writeParameter(parameter, inner))
}

const writeResponse = (response: Json, writer: MessageWriter): void =>
  message(writer, 1, inner => {
    text(inner, 1, response.description)
    if (isRecord(response.schema)) {
      const schema = response.schema
      message(inner, 2, item => message(item, 1, content => writeReference(schema, content)))
    }
  })

const writeOperation = (operation: Json, writer: MessageWriter): void => {
  texts(writer, 1, operation.tags)
  text(writer, 3, operation.description)
  text(writer, 5, operation.operationId)
  texts(writer, 6, operation.produces)
  texts(writer, 7, operation.consumes)
  writeParameters(writer, 8, operation.parameters)
  message(writer, 9, responses => {
    for (const [code, response] of Object.entries((operation.responses ?? {}) as Json))
      if (isRecord(response))
        message(responses, 1, entry => {
          entry.text(1, code)
          message(entry, 2, inner => writeResponse(response, inner))
        })
  })
  texts(writer, 10, operation.schemes)
  vendorExtensions(writer, 13, operation)
}

const methods = { get: 2, put: 3, post: 4, delete: 5, patch: 8 } as const

const writePath = (path: Json, writer: MessageWriter): void => {
  for (const [method, number] of Object.entries(methods)) {
    const operation = path[method]
    if (isRecord(operation)) message(writer, number, inner => writeOperation(operation, inner))
  }
  writeParameters(writer, 9, path.parameters)
}

/** The document of `openApiV2` in gnostic's protobuf form (`openapi.v2.Document`). */
export const openApiV2Protobuf = (document: Json): Buffer => atOnce(openApiV2ProtobufInSteps(document))

/** The same in steps. */
export function* openApiV2ProtobufInSteps(document: Json): Steps<Buffer> {
  const writer = new MessageWriter()
  const info = document.info as Json
  text(writer, 1, document.swagger)
  message(writer, 2, inner => {
    text(inner, 1, info.title)
    text(inner, 2, info.version)
  })
  yield* longMessage(writer, 8, paths => named(paths, 2, document.paths as Json, writePathInSteps))
  yield* longMessage(writer, 9, all => named(all, 1, document.definitions as Json, writeSchema))
  return writer.finish()
}

function* writePathInSteps(path: Json, writer: MessageWriter): Steps<void> {
  yield
  writePath(path, writer)
}
