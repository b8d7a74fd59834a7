import type { Commands } from '@periplus/commands'
import type { Clock } from '@periplus/prelude'
import type { Loss } from '@periplus/log-stream'
import type { LiveCut } from '@periplus/projection'
import type { ContainerRuntime, RuntimeHandler } from '@periplus/runtime'
import type { Logger } from '@periplus/service'
import type { Pressure } from '../eviction/judge.ts'
import type { EventRecorder } from '../events/recorder.ts'
import type { PodDisk } from '../files/pod-disk.ts'
import type { ImagePuller } from '../images/puller.ts'
import type { Prober } from '../probes/prober.ts'
import type { HookRunner } from '../hooks/hook-runner.ts'
import type { RuntimeView } from '../runtime/view.ts'
import type { NodeSettings } from '../settings.ts'
import type { SecretSource } from '../volumes/secret-source.ts'

/** Resolves when the network treats a pod, whose address `address` tells, as policies want it. */
export type AdmitToNetwork = (uid: string, address: () => Promise<string | undefined>) => Promise<void>

/** What the pods of one node share. */
export interface NodeContext {
  readonly settings: NodeSettings
  readonly cut: LiveCut
  readonly secrets: SecretSource
  readonly commands: Commands
  readonly runtime: ContainerRuntime
  readonly clock: Clock
  readonly view: RuntimeView
  readonly events: EventRecorder
  readonly disk: PodDisk
  readonly images: ImagePuller
  readonly prober: Prober
  readonly hooks: HookRunner
  readonly log: Logger
  readonly admitToNetwork: AdmitToNetwork
  readonly leftNetwork: () => Promise<void>
  /** Resolves when the lines of a pod's containers that have ended, or of one of them, are in the stream, or will not be waited for. */
  readonly lastLines: (uid: string, containerId?: string) => Promise<void>
  /** What of a pod's lines is not in the log stream. */
  readonly logLosses: (uid: string) => readonly Loss[]
  /** What the runtime said last that it can do. */
  readonly handlers: () => readonly RuntimeHandler[]
  /** What the node is short of. */
  readonly pressure: () => Pressure
  /** The machine is about to go down: the node takes no more pods. */
  readonly shuttingDown: () => boolean
  /** Aborts when the agent stops; pods go on running. */
  readonly signal: AbortSignal
}
