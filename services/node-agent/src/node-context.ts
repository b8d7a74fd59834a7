import type { Clock } from '@periplus/prelude'
import type { Origin } from '@periplus/log'
import type { RuntimeStatus } from '@periplus/runtime'
import type { Logger } from '@periplus/service'
import type { NodeAgentConfig } from './config.ts'
import type { Csi } from './csi/start-csi.ts'
import { eventRecorder } from './events/recorder.ts'
import type { EventRecorder } from './events/recorder.ts'
import { hollowDisk } from './files/hollow-disk.ts'
import { machineDisk } from './files/machine-disk.ts'
import { noHooks } from './hooks/no-hooks.ts'
import { hookRunner } from './hooks/run-hooks.ts'
import { imagePuller } from './images/puller.ts'
import type { LogShipping } from './logs/ship-logs.ts'
import { podIpsOf } from './plan/pod-ips.ts'
import type { NodeContext } from './pods/context.ts'
import type { PodManager } from './pods/pod-manager.ts'
import { check } from './probes/check.ts'
import { noProbes } from './probes/no-probes.ts'
import { probeManager } from './probes/probe-manager.ts'
import type { Prober } from './probes/prober.ts'
import { tellUnhealthy } from './probes/unhealthy.ts'
import type { PressureState } from './eviction/pressure-state.ts'
import type { RuntimeView } from './runtime/view.ts'
import type { NodeSettings } from './settings.ts'
import type { ShutdownState } from './shutdown/shutdown-state.ts'
import type { LocalPathVolumes } from './volumes/local-path.ts'
import type { SecretSource } from './volumes/secret-source.ts'
import type { TokenSource } from './volumes/token-source.ts'

/** What begins after the context is there, and is asked by it. */
export interface Later {
  manager?: PodManager
  shipping?: LogShipping
  runtimeStatus?: RuntimeStatus
}

export interface ContextParts {
  /** The machine is none: pods are only told of. */
  readonly hollow: boolean
  readonly settings: NodeSettings
  readonly clock: Clock
  readonly view: RuntimeView
  readonly log: Logger
  readonly tokens: TokenSource
  readonly secrets: SecretSource
  readonly localPath: LocalPathVolumes
  readonly csi?: Csi
  readonly pressure: PressureState
  readonly shutdown: ShutdownState
  readonly origin: Origin
  readonly later: Later
  readonly signal: AbortSignal
}

const diskOf = (config: NodeAgentConfig, parts: ContextParts): NodeContext['disk'] => {
  const { csi, settings, view, clock, tokens, secrets, localPath } = parts
  const { cut, runtime, rootDirectory: root } = config
  return machineDisk({
    ...{ root, settings, cut, clock, tokens, secrets, localPath, runtime },
    ...(csi ? { csi: csi.volumes } : {}),
    podIps: pod => podIpsOf(pod, view.pod(pod.metadata?.uid ?? '').sandboxes, settings.hostIps),
  })
}

const proberOf = ({ check: own, runtime }: NodeAgentConfig, parts: ContextParts, events: EventRecorder): Prober => {
  const { clock, hollow, later, origin } = parts
  if (hollow && !own) return noProbes
  return probeManager({
    check: own ?? check(runtime, clock),
    clock,
    changed: uid => later.manager?.wake(uid),
    unhealthy: tellUnhealthy(events, uid => later.manager?.worker(uid)?.origin ?? origin),
  })
}

/** What the pods of a node share, made of what the configuration says. */
export const nodeContext = (config: NodeAgentConfig, parts: ContextParts): NodeContext => {
  const { cut, commands, runtime, nodeName } = config
  const { hollow, settings, clock, view, log, secrets, pressure, shutdown, later, signal } = parts
  const events = eventRecorder(commands, nodeName, clock)
  return {
    ...{ settings, cut, secrets, commands, runtime, clock, view, events, log, signal },
    disk: hollow ? hollowDisk : diskOf(config, parts),
    images: imagePuller(runtime, clock, config.pullsAtOnce),
    prober: proberOf(config, parts, events),
    hooks: hollow ? noHooks : hookRunner(runtime, clock),
    admitToNetwork: config.admitToNetwork ?? (async () => undefined),
    leftNetwork: config.leftNetwork ?? (async () => undefined),
    lastLines: async (uid, containerId) => later.shipping?.finished(uid, containerId),
    logLosses: uid => later.shipping?.losses.of(uid) ?? [],
    pressure: () => pressure.now,
    shuttingDown: () => shutdown.now,
    handlers: () => later.runtimeStatus?.handlers ?? [],
  }
}
