import { deepEqual, refOf } from '@periplus/api'
import type { Stored } from '@periplus/api'
import type { Command, Commands } from '@periplus/commands'
import { CSINode, Node, storageAnnotations } from '@periplus/kinds'
import type { CSINodeDriver } from '@periplus/kinds'
import type { Origin } from '@periplus/log'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { LiveCut } from '@periplus/projection'
import type { CsiDriverHere } from './drivers.ts'

export interface AnnounceOptions {
  readonly nodeName: string
  readonly cut: LiveCut
  readonly commands: Commands
  readonly origin: Origin
}

const tries = 5

/**
 * Tells the cluster which drivers a node has, those included that are expected to be found again: in its CSINode, in an annotation of the Node with what they call it, and in labels of the
 * Node by which their volumes can be reached. Refused where a driver reports another value of a label than the node has.
 */
export const announceDrivers =
  (options: AnnounceOptions) =>
  async (
    drivers: readonly CsiDriverHere[],
    expected: ReadonlySet<string> = new Set(),
  ): Promise<Either<string, void>> => {
    for (let left = tries; ; left--) {
      const command = nextCommand(options, drivers, expected)
      if (E.isLeft(command)) return command
      if (!command.right) return E.right(undefined)
      const done = await options.commands.execute(command.right, options.origin)
      if (E.isRight(done)) await options.cut.reached(done.right.sequence)
      else if (left === 0 || !['Conflict', 'AlreadyExists'].includes(done.left.tag))
        return E.left(`the node's drivers could not be told: ${done.left.tag}`)
    }
  }

/** What is to be written next, until nothing is. */
const nextCommand = (
  { nodeName, cut }: AnnounceOptions,
  drivers: readonly CsiDriverHere[],
  expected: ReadonlySet<string>,
): Either<string, Command | undefined> => {
  const node = cut.get(Node, '', nodeName)
  if (!node) return E.left(`the node ${nodeName} is not registered`)
  const segments = drivers.flatMap(({ info }) => Object.entries(info.segments))
  for (const [key, value] of segments) {
    const present = node.metadata.labels?.[key] ?? segments.find(([other]) => other === key)?.[1]
    if (present !== value)
      return E.left(
        `detected topology value collision: driver reported ${JSON.stringify(key)}:${JSON.stringify(value)} but existing label is ${JSON.stringify(key)}:${JSON.stringify(present)}`,
      )
  }
  const present = cut.get(CSINode, '', nodeName)
  const kept = (present?.spec.drivers ?? []).filter(({ name }) => expected.has(name))
  const wanted = [...drivers.map(entryOf), ...kept].sort((a, b) => (a.name < b.name ? -1 : 1))
  const metadata = nodeMetadata(node, wanted, Object.fromEntries(segments))
  if (metadata)
    return E.right({
      verb: 'patch',
      kind: Node,
      ref: refOf(Node, '', nodeName),
      patch: { type: 'merge', body: { metadata } },
    })
  if (!present) return E.right({ verb: 'create', kind: CSINode, object: csiNode(node, wanted) })
  if (deepEqual(present.spec.drivers, wanted)) return E.right(undefined)
  const { resourceVersion } = present.metadata
  return E.right({
    verb: 'patch',
    kind: CSINode,
    ref: refOf(CSINode, '', nodeName),
    patch: { type: 'merge', body: { metadata: { resourceVersion }, spec: { drivers: wanted } } },
  })
}

const nodeMetadata = (
  { metadata }: Stored<Node>,
  drivers: readonly CSINodeDriver[],
  segments: Readonly<Record<string, string>>,
): object | undefined => {
  const ids = Object.fromEntries(drivers.map(({ name, nodeID }) => [name, nodeID]))
  const text = drivers.length === 0 ? undefined : JSON.stringify(ids)
  const missing = Object.entries(segments).filter(([key]) => metadata.labels?.[key] === undefined)
  const isTold = metadata.annotations?.[storageAnnotations.driversNodeIds] === text
  if (isTold && missing.length === 0) return undefined
  return {
    ...(isTold ? {} : { annotations: { [storageAnnotations.driversNodeIds]: text ?? null } }),
    ...(missing.length === 0 ? {} : { labels: Object.fromEntries(missing) }),
  }
}

const entryOf = ({ name, info: { nodeId, mostVolumes, segments } }: CsiDriverHere): CSINodeDriver => {
  const keys = Object.keys(segments).sort()
  return {
    name,
    nodeID: nodeId,
    ...(keys.length > 0 ? { topologyKeys: keys } : {}),
    ...(mostVolumes > 0 ? { allocatable: { count: Math.min(mostVolumes, mostCount) } } : {}),
  }
}

const mostCount = 2 ** 31 - 1

const csiNode = ({ metadata: { name, uid } }: Stored<Node>, drivers: readonly CSINodeDriver[]): CSINode => ({
  apiVersion: 'storage.k8s.io/v1',
  kind: CSINode.kind,
  metadata: { name, ownerReferences: [{ apiVersion: 'v1', kind: Node.kind, name, uid }] },
  spec: { drivers },
})
