import type { ObjectRef } from '@periplus/api'

/** A position in the log, and an object's `resourceVersion`. Rises with every event; 0 means none. */
export type Sequence = number

/** What an event did, as `ce-type` names it. */
export type EventType = 'created' | 'spec-changed' | 'status-changed' | 'metadata-changed' | 'deleted'

/** Who did it and why; law 2: no mutation without a cause. */
export interface Origin {
  /** `user:<name>`, `controller:<name>`, `scheduler:<name>` or `node:<name>`. */
  readonly actor: string
  /** The component that writes, such as `apiserver`; becomes `ce-source`. */
  readonly component: string
  /** Sequences of the events that triggered this one. */
  readonly causes: readonly Sequence[]
  /** The recorded decision that produced it, if a decision did. */
  readonly decisionId?: string
  /** Id of the command at the root of the chain. */
  readonly correlationId: string
}

/** A mutation that is to become an event. */
export interface NewEvent {
  /** The command's id: a retry with the same id never makes a second event. */
  readonly id: string
  readonly type: EventType
  readonly ref: ObjectRef
  readonly uid: string
  /** Sequence of this object's event that the writer saw; 0 when the object must not exist. A tombstone's counts too. */
  readonly expected: Sequence
  /** The same, for the reader of the log: the sequence of this object's event before this one. */
  readonly previous: Sequence
  readonly origin: Origin
  /** RFC 3339 with milliseconds. */
  readonly time: string
  /** The whole object after the mutation as JSON without `resourceVersion`; of a tombstone, its last state. */
  readonly body: Uint8Array
  /** Who was asked from outside whether, and as what, the object may be written, and what they said: JSON of a bounded size. */
  readonly admission?: string
  /** Replaces this object's earlier events (heartbeats). */
  readonly rollup?: boolean
  /** How the body is sealed, where it is (`sealing/`): what is in it besides names and labels takes the object's key to read. */
  readonly sealed?: string
}

/** An event as the log keeps it; one with `rollup` is its object's only one, until the next. */
export interface RecordedEvent extends Omit<NewEvent, 'expected'> {
  readonly sequence: Sequence
  /** Of one that was sealed: the event as the log has it. Whatever is kept outside of a process's memory is made of this. */
  readonly stored?: RecordedEvent
  /** Why what was sealed cannot be read here; the body is then the object without it. */
  readonly unreadable?: string
}
