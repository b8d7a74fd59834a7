import type { KubernetesObject } from '@periplus/api'
import type { DecisionRecord } from '@periplus/controller'
import type { EventLog, RecordedEvent, Sequence } from '@periplus/log'
import type { Cut } from '@periplus/projection'
import type { NamedObject } from '../commands/object-argument.ts'

/** One event that led to an object, with what is told of the decision behind it. */
export interface ToldEvent {
  readonly event: RecordedEvent
  readonly previous: RecordedEvent | undefined
  readonly decision: Pick<DecisionRecord, 'why'> | undefined
  readonly own: boolean
}

export interface EndpointReason {
  readonly endpoint: string
  readonly state: string
  readonly why: string
}

/**
 * What the commands know of the past; `withheld` counts what the asker may not see, `from` is from where on the past of the object's kind is kept,
 * where it is not kept as long as the log. Refusals end the program, in words.
 */
export interface Past {
  /** The API server's address. */
  readonly server: string
  /** The API server's authority, in PEM; empty where its certificate isn't checked. */
  readonly ca: string
  /** An object's events, oldest first. */
  history(object: NamedObject): Promise<{
    readonly events: readonly RecordedEvent[]
    readonly withheld: number
    readonly from: Sequence | undefined
  }>
  /** Empty where the object never was. `endpoints`: of what is about a service. */
  why(object: NamedObject): Promise<{
    readonly events: readonly ToldEvent[]
    readonly withheld: number
    readonly from: Sequence | undefined
    readonly endpoints?: readonly EndpointReason[]
  }>
  /** The object at a moment (`at` as people write it), or now; `undefined` where there is none. */
  object(object: NamedObject, at: string | undefined): Promise<KubernetesObject | undefined>
  /** A moment, or now: what connections depend on, and no more. */
  network(at: string | undefined): Promise<Cut>
  /** Where the log stood at a moment. */
  sequence(moment: string): Promise<Sequence>
  /** From a moment on, or the last few; with `follow` what comes as well. */
  events(options: {
    readonly since: string | undefined
    readonly follow: boolean
    readonly signal: AbortSignal
  }): AsyncIterable<RecordedEvent>
  decisions(): AsyncIterable<DecisionRecord>
  /** Everything, for those who may see it. */
  readonly log: Pick<EventLog, 'bases' | 'range' | 'bounds'>
}

/** Events told where nobody says from where on. */
export const shownByDefault = 50
