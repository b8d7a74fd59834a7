import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import {
  fieldError,
  hasTooManyValues,
  isCustomSchema,
  parseJson,
  tooManyValues,
  unsupportedMediaType,
} from '@periplus/api'
import type { Refusal } from '@periplus/api'
import type { Patch } from '@periplus/commands'
import type { Answer, Call } from '../http/call.ts'
import { headerOf } from '../http/exchange.ts'
import { mediaTypeOf } from '../request/media-type.ts'
import { objectIn } from '../read/representation.ts'
import type { ResourceCall } from '../resources/resource-call.ts'
import { answerWith } from './carry-out.ts'
import type { WriteMeans } from './means.ts'
import { patchWarnings } from './patch-warnings.ts'
import { parseWriteOptions } from './write-options.ts'

const types = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
} as const

/** Kubernetes' limit for the operations of one JSON patch. */
const mostOperations = 10_000

export const patch = async (means: WriteMeans, asked: ResourceCall): Promise<Answer> => {
  const { call, kind, info, ref } = asked
  const options = parseWriteOptions(call.query, 'PatchOptions')
  if (E.isLeft(options)) return options
  const read = await readPatch(call)
  if (E.isLeft(read)) return read
  if (read.right.type === 'strategic' && info.subresource !== 'scale' && isCustomSchema(kind.schema))
    return E.left(unsupportedMediaType(['application/json-patch+json', 'application/merge-patch+json']))
  const { fieldValidation } = options.right
  const present = fieldValidation === 'Warn' ? means.cut.entry(ref) : undefined
  if (present) for (const text of patchWarnings(kind, read.right, objectIn(kind, present))) call.warn(text)
  const command = {
    verb: 'patch',
    kind,
    ref,
    patch: { ...read.right, strict: fieldValidation === 'Strict' },
    ...(info.subresource === '' ? {} : { subresource: info.subresource }),
    dryRun: options.right.dryRun,
  } as const
  return answerWith(means, asked, command, 200)
}

/** The patch that a request carries, of the type that its `Content-Type` names. */
export const readPatch = async (call: Call): Promise<Either<Refusal, Patch>> => {
  const type = patchTypeOf(headerOf(call.request, 'content-type'))
  if (E.isLeft(type)) return type
  if (call.query.get('force')) return E.left(notForced)
  const body = await call.body()
  return E.isLeft(body) ? body : parsePatch(type.right, body.right)
}

/** Forcing is about conflicts of appliers. */
const notForced: Refusal = {
  tag: 'Invalid',
  target: { group: 'meta.k8s.io', resource: '', name: '', kind: 'PatchOptions' },
  causes: [fieldError.forbidden('force', 'may not be specified for non-apply patch')],
}

const patchTypeOf = (header: string | undefined): Either<Refusal, Patch['type']> => {
  const mediaType = mediaTypeOf(header)
  if (mediaType === 'application/apply-patch+yaml' || mediaType === 'application/apply-patch+cbor')
    return E.left({
      tag: 'UnsupportedMediaType',
      message: `server-side apply (${mediaType}) is not built yet - accepted media types include: ${Object.keys(types).join(', ')}`,
    })
  if (Object.hasOwn(types, mediaType)) return E.right(types[mediaType as keyof typeof types])
  return E.left(unsupportedMediaType(Object.keys(types)))
}

const refused = (message: string): Either<Refusal, never> => E.left({ tag: 'BadRequest', message })

const parsePatch = (type: Patch['type'], bytes: Uint8Array): Either<Refusal, Patch> => {
  if (hasTooManyValues(bytes)) return E.left(tooManyValues)
  const parsed = parseJson(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'))
  if (E.isLeft(parsed)) return refused(`error decoding patch: ${parsed.left}`)
  const body = parsed.right.value
  if (type !== 'json') {
    if (typeof body !== 'object' || body === null || Array.isArray(body))
      return refused('error decoding patch: a merge patch is a JSON object')
    return E.right({ type, body })
  }
  if (!Array.isArray(body)) return refused('error decoding patch: a JSON patch is an array of operations')
  if (body.length > mostOperations)
    return E.left({
      tag: 'RequestEntityTooLarge',
      limitBytes: 0,
      message: `The allowed maximum operations in a JSON patch is ${mostOperations}, got ${body.length}`,
    })
  return E.right({ type, body })
}
