import type { Either, Turn } from '@periplus/prelude'
import type { Kind, KindRegistry, KubernetesObject, Stored } from '@periplus/api'
import type { Sequence } from '@periplus/log'
import type { AdmissionContext, AdmissionPlugin, AdmissionRefusal, Companion } from '../admission/plugin.ts'
import type { Candidate } from '../candidate/candidate.ts'
import type { Command } from '../command.ts'
import type { Guard } from '../commands.ts'
import type { AuthorizeRequester } from '../policies/input.ts'
import type { Requester } from '../requester.ts'
import type { Webhooks } from '../webhooks/webhook-admission.ts'
import type { AdmissionNote } from '../admission/note.ts'

/** What stages may know and ask besides the attempt. */
export interface StageContext extends AdmissionContext {
  /** Of this moment of the cut. */
  readonly kinds: () => KindRegistry
  readonly plugins: readonly AdmissionPlugin[]
  /** Absent: this process asks no webhooks. */
  readonly webhooks: Webhooks | undefined
  readonly requester: Requester
  /** Whether somebody may do something, for policies that ask; absent: nobody knows. */
  readonly authorize?: AuthorizeRequester
  /** When it is over, others have theirs before the next step. Absent: the steps follow each other at once. */
  readonly turn?: Turn
  /** Waits until the cut contains a sequence; `false` where that takes longer than admission waits. */
  readonly reached: (sequence: Sequence) => Promise<boolean>
  /** Brings an object into a version of its resource; waits only where a webhook has to be asked. */
  readonly inVersion: InVersion
}

/** Left: it cannot be done, or not now. */
export type InVersion = (
  kind: Kind,
  object: KubernetesObject,
) => Either<AdmissionRefusal, KubernetesObject> | Promise<Either<AdmissionRefusal, KubernetesObject>>

/** One try of one command on its way through the write path; each stage hands on one that is a little further along. */
export interface Attempt {
  readonly command: Command
  /** The object that the try builds on, in the form of the command's version. */
  readonly current: Stored<KubernetesObject> | undefined
  readonly context: StageContext
  /** The caller's last word; a companion has none. */
  readonly guard: Guard | undefined
  readonly candidate: Candidate
  /** What is written besides, all or none with the command's own event. */
  readonly companions: readonly Companion[]
  /** What the caller is told besides. */
  readonly warnings: readonly string[]
  /** What the event tells of those who were asked from outside. */
  readonly notes: readonly AdmissionNote[]
}

/** What a stage says: the attempt a little further along, or why it ends here. */
export type Verdict = Either<AdmissionRefusal, Attempt>

/** A step of the write path. It may wait for others; pure but for what it waits for. */
export type Stage = (attempt: Attempt) => Verdict | Promise<Verdict>
