import type { Either } from '@periplus/prelude'
import type { KubernetesObject, ObjectRef, Refusal } from '@periplus/api'
import type { Origin, Sequence } from '@periplus/log'
import type { Cut } from '@periplus/projection'
import type { Candidate, CandidateInputs } from '../candidate/candidate.ts'
import type { Command } from '../command.ts'
import type { Known } from '../state/known.ts'
import type { AdmissionNote } from './note.ts'

/** What a plugin may know besides the candidate. */
export interface AdmissionContext extends CandidateInputs {
  readonly cut: Cut
  readonly origin: Origin
  /**
   * What this process knows of another object: the cut, or what was written here or read from the log ahead of it. What a refusal
   * or a companion rests on is asked for so, as the cut may lag. The same for as long as the command is tried once.
   */
  readonly known: (ref: ObjectRef) => Known
  /** The candidate is what another command writes besides. */
  readonly isCompanion?: boolean
}

/** What may be asked of the time that passes. */
export interface CompanionContext extends AdmissionContext {
  /** Waits until the cut contains a sequence; `false` where that takes longer than admission waits. */
  readonly reached: (sequence: Sequence) => Promise<boolean>
}

/**
 * Another object's write that belongs to a command: both become events, or neither. It goes through the write path by itself, on
 * what `AdmissionContext.known` says of its object: a creation expects that there is none, a change or a deletion what is there.
 * Where the log knows better, the whole command is tried again. It may bring no companions of its own.
 */
export interface Companion {
  readonly command: Command
  /** Makes an event even where it changes nothing, so that whoever does the same at the same moment meets it. */
  readonly touches?: boolean
}

/**
 * An admission plugin: pure over the cut, named as in Kubernetes. The chain runs every `mutate` in order, then the defaults and
 * the validation, then every `validate` in order, then every `companions`.
 */
export interface AdmissionPlugin {
  readonly name: string
  /** Creations and updates; gives the object, changed or not. */
  readonly mutate?: (candidate: Candidate, context: AdmissionContext) => Either<AdmissionRefusal, KubernetesObject>
  /** Creations, updates and deletions; `undefined` lets it pass. */
  readonly validate?: (candidate: Candidate, context: AdmissionContext) => AdmissionRefusal | undefined
  /** What is to be written besides, all or none; `undefined` where it is nothing. */
  readonly companions?: (
    candidate: Candidate,
    context: CompanionContext,
  ) => Companions | Promise<Companions> | undefined
  /** What the caller is told besides, of a candidate that every plugin let pass; `Warning` headers over HTTP. */
  readonly warnings?: (candidate: Candidate, context: AdmissionContext) => readonly string[]
  /** What its event, and the audit log, tell besides, likewise. */
  readonly notes?: (candidate: Candidate, context: AdmissionContext) => readonly AdmissionNote[]
}

/** What is written besides, or why the command is refused. */
export type Companions = Either<AdmissionRefusal, readonly Companion[]>

/** Why an admission plugin refuses. */
export interface AdmissionRefusal {
  readonly refusal: Refusal
  /**
   * What the plugin misses and what may just be on its way, such as a new namespace's service account: the write path waits
   * for it a bounded time before it refuses.
   */
  readonly awaits?: ObjectRef
  /** Milliseconds to wait at most; absent: as long as the write path's patience for admission. */
  readonly patience?: number
  /** Webhooks are to be asked, and nobody may be kept waiting meanwhile: the command is tried again when they have answered. */
  readonly asksFirst?: true
  /** Objects (or their absence) for which it is refused: the refusal stands only if the log knows nothing newer of them. */
  readonly restsOn?: readonly ObjectRef[]
}
