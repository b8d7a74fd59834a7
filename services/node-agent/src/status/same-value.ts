import { decodeValue } from '@periplus/api'
import type { Kind } from '@periplus/api'
import { Node, Pod } from '@periplus/kinds'
import type { NodeStatus, PodStatus } from '@periplus/kinds'
import { E } from '@periplus/prelude'

/** Equal as JSON would have it: the order of members does not matter, and a member that is `undefined` is absent. */
export const sameValue = (a: unknown, b: unknown): boolean => {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const left = Object.entries(a).filter(([, value]) => value !== undefined)
  const right = new Map(Object.entries(b).filter(([, value]) => value !== undefined))
  return left.length === right.size && left.every(([key, value]) => right.has(key) && sameValue(value, right.get(key)))
}

/** Whether the API, which leaves out what is empty, shows the one status where it was told the other. */
const sameAsRead =
  <S>(kind: Kind) =>
  (told: S | undefined, status: S): boolean =>
    sameValue(told, status) || sameValue(asRead(kind, told), asRead(kind, status))

const asRead = (kind: Kind, status: unknown): unknown => {
  const object = { apiVersion: kind.version, kind: kind.kind, metadata: {}, status }
  const decoded = decodeValue(kind, object, { fieldValidation: 'Ignore' })
  return E.isLeft(decoded) ? status : (decoded.right.object as { readonly status?: unknown }).status
}

export const samePodStatus = sameAsRead<PodStatus>(Pod)
export const sameNodeStatus = sameAsRead<NodeStatus>(Node)
