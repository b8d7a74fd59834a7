import { runEffect } from '@periplus/controller'
import type { RunningEffect } from '@periplus/controller'
import type { Origin } from '@periplus/log'
import type { Metrics } from '@periplus/service'
import type { NodeAgentConfig } from './config.ts'
import { reporter } from './contained.ts'
import { keepRoom } from './eviction/keep-room.ts'
import type { EvictionPolicy } from './eviction/policy.ts'
import type { PressureState } from './eviction/pressure-state.ts'
import { terminationLog } from './files/layout.ts'
import type { Layout } from './files/layout.ts'
import { busLogDestination } from './logs/log-destination.ts'
import { lossCounter } from './logs/loss-counter.ts'
import { shipLogs } from './logs/ship-logs.ts'
import type { LogShipping } from './logs/ship-logs.ts'
import { publishReadings } from './metrics/publish.ts'
import type { RecentSamples } from './metrics/recent-samples.ts'
import type { Machine } from './node/machine.ts'
import type { NodeContext } from './pods/context.ts'
import type { PodManager } from './pods/pod-manager.ts'
import type { ShutdownState } from './shutdown/shutdown-state.ts'
import { endWithMachine } from './shutdown/watch-shutdown.ts'
import type { LocalPathVolumes } from './volumes/local-path.ts'
import { refreshVolumes } from './volumes/refresh.ts'

export interface MachineWorkOptions {
  readonly node: NodeContext
  readonly pods: PodManager
  readonly machine: Machine
  readonly places: Layout
  readonly localPath: LocalPathVolumes
  readonly samples: RecentSamples
  readonly measured: Metrics
  readonly pressure: PressureState
  readonly eviction: EvictionPolicy
  readonly shutdown: ShutdownState
  readonly origin: Origin
  /** The node's status is to be told anew. */
  readonly changed: () => void
}

/** What an agent has to do where its pods really run: their lines, readings and volumes, and what the machine has room for. */
export interface MachineWork {
  readonly shipping: LogShipping | undefined
  /** Takes away what volumes have left that are gone. */
  readonly removal: RunningEffect
  readonly loops: readonly Promise<void>[]
}

const shippingOf = (config: NodeAgentConfig, options: MachineWorkOptions): LogShipping | undefined => {
  const { node, pods, places, measured } = options
  const destination = config.logDestination ?? (config.bus && busLogDestination(config.bus))
  return (
    destination &&
    shipLogs({
      node,
      destination,
      lost: uid => pods.wake(uid),
      count: lossCounter(measured),
      unfinished: uid => node.log.error('last lines of a pod may be lost: the log stream did not take them', { uid }),
      checkpointOf: (uid, container, attempt) => `${terminationLog(places, uid, container, attempt)}.shipped`,
    })
  )
}

export const beginMachineWork = (config: NodeAgentConfig, options: MachineWorkOptions): MachineWork => {
  const { node, pods, samples, shutdown: state, changed, origin, localPath } = options
  const { cut, clock, signal, view, log } = node
  const shipping = shippingOf(config, options)
  for (const uid of view.uids()) shipping?.look(uid)
  const removal = runEffect(localPath.removal, { cut, clock, onBug: reporter(log, 'the removal of volumes') })
  signal.addEventListener('abort', () => void removal.stop())
  return {
    shipping,
    removal,
    loops: [
      publishReadings(node, () => pods.pods, samples),
      refreshVolumes({ clock, signal, cut, refresh: concerns => pods.sourcesChanged(concerns) }),
      ...endWithMachine(node, { ...config, state, pods, changed, origin }),
      ...keepRoom({ ...config, ...options }),
    ],
  }
}
