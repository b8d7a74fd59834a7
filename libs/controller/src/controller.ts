import type { Kind, KubernetesObject, Refusal, Stored } from '@periplus/api'
import type { Command } from '@periplus/commands'
import type { Sequence } from '@periplus/log'
import type { Change, Cut } from '@periplus/projection'
import type { Random } from '@periplus/prelude'
import type { ObservedObject } from './run/observed-cut.ts'

/** What a controller is asked about: usually one object of its primary kind. */
export interface Key {
  readonly namespace: string
  readonly name: string
}

/** What a decision may know besides the cut. Law 5: nothing else. */
export interface Moment {
  /** Milliseconds since the Unix epoch. */
  readonly now: number
  readonly random: Random
  /** What ended this key's decision before this one, when a command of it was refused. Recorded, so that replay knows it too. */
  readonly refused?: RefusedCommand
  /** `Controller.inputs` as they were. */
  readonly inputs?: Inputs
}

/** What a decision reads of the world outside the log, by name: plain values, recorded with it. */
export type Inputs = Readonly<Record<string, string>>

/** A command that was refused, as the next decision on its key may tell of it: in a condition or an event. */
export interface RefusedCommand {
  readonly verb: Command['verb']
  /** Plural of the command's kind. */
  readonly resource: string
  readonly refusal: Refusal
}

/** A decision: what to do now, when to ask again, and why, in words for people. */
export interface Decision {
  /** Executed in order; the first refusal ends the decision and the key is tried again with back-off. */
  readonly commands: readonly Command[]
  /** Milliseconds from now. */
  readonly requeueAfter?: number
  /** One line; shown by `periplus why`. */
  readonly why: string
}

/** Which keys a change wakes. `before` is undefined for a creation, `after` for a deletion. */
export type Watch = WatchOfKind | WatchOfEvery

interface Waking {
  readonly keys: (change: WatchedChange, cut: Cut) => readonly Key[]
}

/** Which keys are woken by changes of a kind. */
export interface WatchOfKind extends Waking {
  readonly kind: Kind
}

/** Changes of every kind, those that come later included. */
export interface WatchOfEvery extends Waking {
  readonly every: true
}

/** An object before and after an event; `undefined` where it was not there. */
export interface WatchedChange {
  readonly before: Stored<KubernetesObject> | undefined
  readonly after: Stored<KubernetesObject> | undefined
  readonly change: Change
}

/** A pure reconciler. The framework runs it live, in replay and in simulation, and never runs one key twice at a time. */
export interface Controller {
  /** Lower case, as in `controller:<name>`. */
  readonly name: string
  /** Raised when `decide` changes its answers on purpose; recorded with every decision. */
  readonly version: number
  readonly primary: Kind
  readonly watches: readonly Watch[]
  /** Whether a change of an object of the primary kind wakes the key of its name. Absent: every change does. */
  readonly wakesItself?: (change: WatchedChange, cut: Cut) => boolean
  /** Keys to look at when starting or becoming the leader. Absent: every object of the primary kind. */
  readonly startingKeys?: (cut: Cut) => readonly Key[]
  /** Which of the keys that are due come first: those of the highest number; of equals the first to come. Pure. Absent: all are equal. */
  readonly rank?: (cut: Cut, key: Key) => number
  /** How many keys may be decided on one cut before their commands run. Default 64. */
  readonly batch?: number
  /**
   * For a controller whose decisions must see what the ones before them decided, as a scheduler's must: the cut as it will be,
   * as far as its decisions look at it, once these commands of one or several decisions are done. The cut may have some of what
   * they do already. It then decides on while they are written. `undefined` where that cannot be assumed: the next decision waits until
   * they are done. Pure; commands that are assumed one after the other come to the same as all at once. Absent: decisions of one round
   * have nothing to do with each other.
   */
  readonly assume?: (cut: Cut, commands: readonly Command[]) => Cut | undefined
  /** What its decisions need from outside the log, such as the cluster's CA: taken from the moment, and never from a closure. */
  readonly inputs?: Inputs
  /** The object that a key is about, for keys that do not name one of the primary kind: people are told of failures at it. */
  readonly about?: (cut: Cut, key: Key) => Stored<KubernetesObject> | undefined
  readonly decide: (cut: Cut, key: Key, moment: Moment) => Decision
}

/** A decision as it was taken: enough to take it again (law 7). */
export interface DecisionRecord {
  readonly id: string
  readonly controller: string
  readonly version: number
  readonly key: Key
  /** The cut that it was decided on. */
  readonly cut: Sequence
  /** Id of the decision that it was taken after: on the cut as that one, and those before it that were under way, will have made it. */
  readonly after?: string
  /** How many those are, that one included, each found by the `after` of the one behind it. Absent, in old records: all there are. */
  readonly assumed?: number
  readonly now: number
  readonly seed: number
  /** `Moment.refused`, where there was one. */
  readonly refused?: RefusedCommand
  readonly triggers: readonly Sequence[]
  /** `Moment.inputs`, where there were some. */
  readonly inputs?: Inputs
  /** What it saw of objects whose history the log does not keep. */
  readonly observed?: readonly ObservedObject[]
  /** In the form that `serialiseCommand` gives. */
  readonly commands: readonly unknown[]
  readonly outcome: readonly CommandOutcome[]
  /** What deciding threw, where it did (`thrownText`): there are no commands then, and the key was backed off. */
  readonly failed?: string
  readonly requeueAfter?: number
  readonly why: string
}

/** What came of a command of a decision. */
export type CommandOutcome =
  | { readonly tag: 'Done'; readonly sequence: Sequence; readonly changed: boolean }
  | { readonly tag: 'Refused'; readonly refusal: Refusal }
  | { readonly tag: 'NotTried' }
