import { isExtendedResource, transitionTime } from '@periplus/kinds'
import type { NodeAddress, NodeCondition, NodeStatus } from '@periplus/kinds'
import type { ImageState, RuntimeStatus } from '@periplus/runtime'
import { timeText } from '../status/time.ts'
import type { NodeSettings } from '../settings.ts'
import type { Pressure } from '../eviction/judge.ts'
import type { MachineFacts, MachineRoom } from './machine.ts'
import { pressureConditions } from './pressure.ts'

export interface NodeObservation {
  readonly settings: NodeSettings
  readonly version: string
  readonly facts: MachineFacts
  readonly room: MachineRoom
  readonly pressure: Pressure
  readonly shuttingDown: boolean
  /** Absent: nobody keeps services on this node, nor says that nobody does. */
  readonly services?: ServiceNetwork
  /** The refusal's text when the runtime does not answer. */
  readonly runtime: RuntimeStatus | { readonly down: string }
  readonly images: readonly ImageState[]
}

/** How services, names and network policies fare on a node. */
export interface ServiceNetwork {
  readonly works: boolean
  /** In one word. */
  readonly reason: string
  readonly message: string
}

/** As many images as the kubelet reports. */
const mostImages = 50

/** A node's status, from what was seen of its machine and its runtime; what others have written into it is kept. */
export const nodeStatus = (previous: NodeStatus, sighting: NodeObservation, now: number): NodeStatus => {
  const { settings, facts, runtime } = sighting
  const extended = extendedResources(previous.capacity)
  return {
    ...previous,
    capacity: { ...extended, ...settings.capacity },
    allocatable: { ...extended, ...settings.allocatable },
    addresses: addresses(settings),
    conditions: conditions(previous.conditions ?? [], sighting, now),
    nodeInfo: {
      architecture: facts.architecture,
      bootID: facts.bootId,
      containerRuntimeVersion: 'down' in runtime ? (previous.nodeInfo?.containerRuntimeVersion ?? '') : runtime.version,
      kernelVersion: facts.kernelVersion,
      kubeProxyVersion: '',
      kubeletVersion: sighting.version,
      machineID: facts.machineId,
      operatingSystem: 'linux',
      osImage: facts.osImage,
      systemUUID: facts.systemUuid,
    },
    ...runtimeHandlers(runtime),
    ...(sighting.images.length === 0
      ? {}
      : {
          images: [...sighting.images]
            .sort((a, b) => b.sizeBytes - a.sizeBytes)
            .slice(0, mostImages)
            .map(image => ({ names: [...image.digests, ...image.tags], sizeBytes: image.sizeBytes })),
        }),
  }
}

/** As the runtime says; one that does not say, and one that does not answer, changes nothing. */
const runtimeHandlers = (runtime: NodeObservation['runtime']): Pick<NodeStatus, 'runtimeHandlers'> =>
  'down' in runtime || runtime.handlers === undefined || runtime.handlers.length === 0
    ? {}
    : { runtimeHandlers: runtime.handlers.map(({ name, ...features }) => ({ name, features })) }

/** Everything but the moments of the heartbeats: a difference here is worth a write of its own. */
export const withoutHeartbeats = ({ conditions: all, ...rest }: NodeStatus): NodeStatus => ({
  ...rest,
  conditions: all?.map(({ lastHeartbeatTime: _, ...condition }) => condition),
})

/** What others than the agent say that the node has, such as a device's driver: pods may have all of it. */
const extendedResources = (capacity: NodeStatus['capacity'] = {}): NonNullable<NodeStatus['capacity']> =>
  Object.fromEntries(Object.entries(capacity).filter(([name]) => isExtendedResource(name)))

const addresses = (settings: NodeSettings): readonly NodeAddress[] => [
  ...settings.hostIps.map(address => ({ type: 'InternalIP', address })),
  { type: 'Hostname', address: settings.hostname },
]

const conditions = (
  before: readonly NodeCondition[],
  { runtime, room, pressure, services, shuttingDown }: NodeObservation,
  now: number,
): readonly NodeCondition[] => {
  const own = [
    ...pressureConditions(pressure, room.pids),
    ['Ready', ready(runtime, shuttingDown)] as const,
    ['RuntimeCapabilities', capable(runtime)] as const,
    ...(services ? [['ServiceNetwork', reachable(services)] as const] : []),
  ]
  return [
    ...before.filter(({ type }) => !own.some(([ownType]) => ownType === type)),
    ...own.map(([type, verdict]): NodeCondition => {
      return {
        type,
        ...verdict,
        lastHeartbeatTime: timeText(now),
        lastTransitionTime: transitionTime(before, type, verdict.status, now),
      }
    }),
  ]
}

type Verdict = Pick<NodeCondition, 'status' | 'reason' | 'message'>

const ready = (runtime: NodeObservation['runtime'], shuttingDown: boolean): Verdict => {
  const troubles = [...troublesOf(runtime), ...(shuttingDown ? ['node is shutting down'] : [])]
  return troubles.length === 0
    ? { status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' }
    : { status: 'False', reason: 'KubeletNotReady', message: troubles.join(', ') }
}

const troublesOf = (runtime: NodeObservation['runtime']): readonly string[] =>
  'down' in runtime
    ? [`container runtime is down: ${runtime.down}`]
    : [
        ...(runtime.ready ? [] : [`container runtime not ready: ${runtime.message}`]),
        ...(runtime.networkReady
          ? []
          : [`container runtime network not ready: NetworkReady=false message:${runtime.message}`]),
      ]

/** Law 9: what the runtime lacks is said, so that nobody wonders why a pod is refused. */
const capable = (runtime: NodeObservation['runtime']): Verdict => {
  if ('down' in runtime) return { status: 'Unknown', reason: 'RuntimeDown', message: runtime.down }
  return runtime.lacks.length === 0
    ? { status: 'True', reason: 'RuntimeComplete', message: 'the container runtime can do all that pods may ask for' }
    : { status: 'False', reason: 'RuntimeLacks', message: runtime.lacks.join('; ') }
}

const reachable = ({ works, reason, message }: ServiceNetwork): Verdict => ({
  status: works ? 'True' : 'False',
  ...{ reason, message },
})
