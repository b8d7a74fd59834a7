import { decodeValue, deepEqual } from '@periplus/api'
import type { Kind } from '@periplus/api'
import { Node, Pod } from '@periplus/kinds'
import type { NodeStatus, PodStatus } from '@periplus/kinds'
import { E } from '@periplus/prelude'

/** Whether the API, which leaves out what is empty, shows the one status where it was told the other. */
const sameAsRead =
  <S>(kind: Kind) =>
  (told: S | undefined, status: S): boolean =>
    deepEqual(told, status) || deepEqual(asRead(kind, told), asRead(kind, status))

const asRead = (kind: Kind, status: unknown): unknown => {
  const object = { apiVersion: kind.version, kind: kind.kind, metadata: {}, status }
  const decoded = decodeValue(kind, object, { fieldValidation: 'Ignore' })
  return E.isLeft(decoded) ? status : (decoded.right.object as { readonly status?: unknown }).status
}

export const samePodStatus = sameAsRead<PodStatus>(Pod)
export const sameNodeStatus = sameAsRead<NodeStatus>(Node)
