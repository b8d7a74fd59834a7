import { badRequest, decodeValue, refOf, toJson, unknownResource } from '@periplus/api'
import type { Decodable, Kind, KindRegistry, KubernetesObject, ObjectRef, Refusal } from '@periplus/api'
import { DeleteOptions as DeleteOptionsSchema } from '@periplus/kinds'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Command, DeleteOptions, Patch } from '../command.ts'
import { isRecord } from './wire.ts'

type Read<A> = Either<Refusal, A>

/** Kubernetes' limit for the operations of one JSON patch. */
const mostOperations = 10_000

const deleteOptions = {
  group: '',
  version: 'v1',
  kind: 'DeleteOptions',
  schema: DeleteOptionsSchema,
} as const satisfies Decodable

const wrong = (message: string): Either<Refusal, never> => E.left(badRequest(message))

/**
 * A command from somebody who is not trusted: every part is read against its schema, and what it is about is named by the kind and
 * never by a reference that could be about something else. The main resource and `status` can be written so.
 */
export const readCommand = (given: Readonly<Record<string, unknown>>, kinds: KindRegistry): Read<Command> => {
  const kind = kindOf(given['kind'], kinds)
  if (!kind) return E.left(unknownResource)
  const dryRun = given['dryRun'] === true
  const part = given['subresource'] ?? ''
  if (part !== '' && part !== 'status') return wrong(`subresource ${toJson(part)} is not written from afar`)
  const subresource = part === '' ? {} : { subresource: part }
  switch (given['verb']) {
    case 'create': {
      if (part !== '') return wrong('a subresource is not created from afar')
      const object = readObject(kind, given['object'])
      return E.isLeft(object) ? object : E.right({ verb: 'create', kind, object: object.right, dryRun })
    }
    case 'update': {
      const object = readObject(kind, given['object'])
      if (E.isLeft(object)) return object
      if (!object.right.metadata?.name) return wrong('metadata.name: what is written is named')
      return E.right({ verb: 'update', kind, object: object.right, ...subresource, dryRun })
    }
    case 'patch': {
      const ref = readRef(kind, given['ref'])
      if (E.isLeft(ref)) return ref
      const patch = readPatch(given['patch'])
      if (E.isLeft(patch)) return patch
      const { resourceVersion } = given
      const version = typeof resourceVersion === 'string' ? { resourceVersion } : {}
      return E.right({ verb: 'patch', kind, ref: ref.right, patch: patch.right, ...subresource, ...version, dryRun })
    }
    case 'delete': {
      if (part !== '') return wrong('a subresource is not deleted')
      const ref = readRef(kind, given['ref'])
      if (E.isLeft(ref)) return ref
      const options = readOptions(given['options'])
      return E.isLeft(options)
        ? options
        : E.right({ verb: 'delete', kind, ref: ref.right, options: options.right, dryRun })
    }
    default:
      return wrong('verb: not one of create, update, patch, delete')
  }
}

const kindOf = (given: unknown, kinds: KindRegistry): Kind | undefined => {
  if (!isRecord(given)) return undefined
  const { group, version, resource } = given
  if (typeof group !== 'string' || typeof version !== 'string' || typeof resource !== 'string') return undefined
  return kinds.byResource(group, version, resource)
}

const readObject = (kind: Kind, given: unknown): Read<KubernetesObject> => {
  const decoded = decodeValue(kind, given, { fieldValidation: 'Ignore' })
  if (E.isLeft(decoded)) return decoded
  const { object } = decoded.right
  const placed = placedRightly(kind, object.metadata?.namespace ?? '')
  return placed ? E.left(placed) : E.right(object)
}

const readRef = (kind: Kind, given: unknown): Read<ObjectRef> => {
  if (!isRecord(given)) return wrong('ref: not an object')
  const { namespace = '', name } = given
  if (typeof namespace !== 'string' || typeof name !== 'string' || name === '') return wrong('ref: names no object')
  const placed = placedRightly(kind, namespace)
  return placed ? E.left(placed) : E.right(refOf(kind, namespace, name))
}

const placedRightly = (kind: Kind, namespace: string): Refusal | undefined =>
  kind.namespaced === (namespace !== '')
    ? undefined
    : badRequest(kind.namespaced ? `${kind.resource} have a namespace` : `${kind.resource} have no namespace`)

const readPatch = (given: unknown): Read<Patch> => {
  if (!isRecord(given)) return wrong('patch: not an object')
  const { type, body, strict } = given
  const told = strict === true ? { strict } : {}
  if (type === 'json')
    return Array.isArray(body) && body.length <= mostOperations
      ? E.right({ type, body, ...told })
      : wrong(`error decoding patch: a JSON patch is an array of at most ${mostOperations} operations`)
  if (type !== 'merge' && type !== 'strategic') return wrong('patch: not of a type that there is')
  return isRecord(body)
    ? E.right({ type, body, ...told })
    : wrong('error decoding patch: a merge patch is a JSON object')
}

const policies = ['Foreground', 'Background', 'Orphan'] as const

const readOptions = (given: unknown): Read<DeleteOptions> => {
  const decoded = decodeValue(deleteOptions, given ?? {}, { fieldValidation: 'Ignore', anyVersion: true })
  if (E.isLeft(decoded)) return decoded
  const { gracePeriodSeconds, propagationPolicy, preconditions } = decoded.right.object
  const policy = policies.find(one => one === propagationPolicy)
  if (propagationPolicy !== undefined && !policy) return wrong('propagationPolicy: not one that there is')
  return E.right({
    ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds: Number(gracePeriodSeconds) }),
    ...(policy === undefined ? {} : { propagationPolicy: policy }),
    ...(preconditions === undefined ? {} : { preconditions }),
  })
}
