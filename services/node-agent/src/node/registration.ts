import { Node, localPath, getCondition } from '@periplus/kinds'
import type { NodeStatus } from '@periplus/kinds'
import { aboutNode } from '../events/about.ts'
import { E, lanes, pause } from '@periplus/prelude'
import type { Origin } from '@periplus/log'
import type { RuntimeStatus } from '@periplus/runtime'
import type { NodeContext } from '../pods/context.ts'
import { sameNodeStatus } from '../status/same-status.ts'
import type { Machine } from './machine.ts'
import { nodeStatus, withoutHeartbeats } from './node-status.ts'
import type { NodeObservation, ServiceNetwork } from './node-status.ts'
import { containedLater, reporter } from '../contained.ts'

export interface RegistrationOptions {
  readonly machine: Machine
  readonly version: string
  readonly podCidr: string | undefined
  readonly registers: boolean
  readonly labels: Readonly<Record<string, string>>
  readonly taints: NonNullable<Node['spec']>['taints']
  readonly services: (() => ServiceNetwork) | undefined
  /** Told at each look at the runtime. */
  readonly seen: (runtime: RuntimeStatus) => void
  /** Where the node keeps volumes that are directories of its own. */
  readonly localVolumes: string
}

const heartbeatMilliseconds = 300_000
const lookMilliseconds = 10_000
const retryMilliseconds = 1000

/** Keeps the Node object: makes it, and tells its status when that changes and every five minutes. */
export const registration = (node: NodeContext, options: RegistrationOptions) => {
  const { nodeName } = node.settings
  const origin: Origin = {
    actor: `node:${nodeName}`,
    component: 'node-agent',
    causes: [],
    correlationId: `node/${nodeName}`,
  }
  let lastTold = 0
  const inTurn = lanes()

  const see = async (): Promise<NodeObservation> => {
    const status = await node.runtime.status()
    const images = await node.runtime.images()
    if (E.isRight(status)) options.seen(status.right)
    return {
      settings: node.settings,
      version: options.version,
      facts: await options.machine.facts(),
      room: await options.machine.room(),
      pressure: node.pressure(),
      shuttingDown: node.shuttingDown(),
      ...(options.services ? { services: options.services() } : {}),
      runtime: E.isRight(status) ? status.right : { down: status.left.message },
      images: node.runtime.name !== 'hollow' && E.isRight(images) ? images.right : [],
    }
  }

  /** Makes the node where there is none; what an administrator has changed on it stays. */
  const ensure = async (architecture: string): Promise<boolean> => {
    const labels = { ...ownLabels(node.settings.hostname, architecture), ...options.labels }
    const annotations = { [localPath.root]: options.localVolumes }
    const existing = node.cut.get(Node, '', nodeName)
    if (!existing && !options.registers) return false
    if (!existing) {
      const object: Node = {
        apiVersion: 'v1',
        kind: 'Node',
        metadata: { name: nodeName, labels, annotations },
        spec: {
          ...(options.podCidr ? { podCIDR: options.podCidr, podCIDRs: [options.podCidr] } : {}),
          ...(options.taints && options.taints.length > 0 ? { taints: options.taints } : {}),
        },
      }
      return written(await node.commands.execute({ verb: 'create', kind: Node, object }, origin))
    }
    const has = (present: Readonly<Record<string, string>> = {}, wanted: Readonly<Record<string, string>>): boolean =>
      Object.entries(wanted).every(([key, value]) => present[key] === value)
    if (has(existing.metadata.labels, labels) && has(existing.metadata.annotations, annotations)) return true
    const patch = { type: 'merge', body: { metadata: { labels, annotations } } } as const
    const ref = { group: '', resource: 'nodes', namespace: '', name: nodeName }
    return written(await node.commands.execute({ verb: 'patch', kind: Node, ref, patch }, origin))
  }

  const written = async (result: Awaited<ReturnType<NodeContext['commands']['execute']>>): Promise<boolean> => {
    if (E.isLeft(result)) {
      if (result.left.tag === 'AlreadyExists' || result.left.tag === 'Conflict') return false
      node.log.warn('the node object could not be written', { refusal: JSON.stringify(result.left) })
      return false
    }
    await node.cut.reached(result.right.sequence, node.signal).catch(() => undefined)
    return true
  }

  const tell = async (register: boolean): Promise<boolean> => {
    const sighting = await see()
    if (register && !(await ensure(sighting.facts.architecture))) return false
    const existing = node.cut.get(Node, '', nodeName)
    if (!existing) return false
    const now = node.clock.now()
    const status = nodeStatus(existing.status ?? {}, sighting, now)
    const changed = !sameNodeStatus(withoutHeartbeats(existing.status ?? {}), withoutHeartbeats(status))
    if (!changed && now - lastTold < heartbeatMilliseconds) return true
    const object: Node = { ...existing, status }
    if (
      !(await written(
        await node.commands.execute({ verb: 'update', kind: Node, object, subresource: 'status' }, origin),
      ))
    )
      return false
    lastTold = now
    tellPeople(readiness(existing.status), readiness(status))
    return true
  }

  const tellPeople = (before: string | undefined, after: string | undefined): void => {
    if (before === after) return
    const state = after === 'True' ? 'NodeReady' : 'NodeNotReady'
    node.events.record({
      about: aboutNode(nodeName),
      type: 'Normal',
      reason: state,
      message: `Node ${nodeName} status is now: ${state}`,
      origin,
    })
  }

  return {
    /** Resolves when the node has been told for the first time. */
    first: async (): Promise<void> => {
      while (!node.signal.aborted && !(await tell(true))) await pause(node.clock, retryMilliseconds, node.signal)
    },
    /** Tells how the node is now rather than at the next look. */
    soon: (): void =>
      void containedLater(reporter(node.log, 'the status of the node'), false, () => inTurn.run('', () => tell(false))),
    /** Goes on until the agent stops. A node that somebody deletes stays deleted until then, as in Kubernetes. */
    keep: async (): Promise<void> => {
      const report = reporter(node.log, 'the status of the node')
      while (!node.signal.aborted) {
        await pause(node.clock, lookMilliseconds, node.signal)
        if (!node.signal.aborted) await containedLater(report, false, () => inTurn.run('', () => tell(false)))
      }
    },
  }
}

const readiness = (status: NodeStatus | undefined): string | undefined =>
  getCondition(status?.conditions, 'Ready')?.status

const ownLabels = (hostname: string, architecture: string): Readonly<Record<string, string>> => ({
  'beta.kubernetes.io/arch': architecture,
  'beta.kubernetes.io/os': 'linux',
  'kubernetes.io/arch': architecture,
  'kubernetes.io/hostname': hostname,
  'kubernetes.io/os': 'linux',
})
