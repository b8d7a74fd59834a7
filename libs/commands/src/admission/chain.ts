import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Candidate } from '../candidate/candidate.ts'
import type { AdmissionNote } from './note.ts'
import type { AdmissionContext, AdmissionPlugin, AdmissionRefusal } from './plugin.ts'

/** Runs the mutating half of the chain in order; the first refusal ends it. */
export const mutate = (
  plugins: readonly AdmissionPlugin[],
  candidate: Candidate,
  context: AdmissionContext,
): Either<AdmissionRefusal, Candidate> => {
  let current = candidate
  for (const plugin of plugins) {
    if (!plugin.mutate) continue
    const mutated = plugin.mutate(current, context)
    if (E.isLeft(mutated)) return mutated
    if (mutated.right !== current.next) current = { ...current, next: mutated.right }
  }
  return E.right(current)
}

/** Runs the validating half of the chain in order; the first refusal ends it. */
export const admit = (
  plugins: readonly AdmissionPlugin[],
  candidate: Candidate,
  context: AdmissionContext,
): AdmissionRefusal | undefined => {
  for (const plugin of plugins) {
    const refusal = plugin.validate?.(candidate, context)
    if (refusal) return refusal
  }
  return undefined
}

/** What the chain has to say of a candidate that it let pass. */
export const warningsOf = (
  plugins: readonly AdmissionPlugin[],
  candidate: Candidate,
  context: AdmissionContext,
): readonly string[] => plugins.flatMap(plugin => plugin.warnings?.(candidate, context) ?? [])

/** What is told of such a candidate to those who look at its event. */
export const notesOf = (
  plugins: readonly AdmissionPlugin[],
  candidate: Candidate,
  context: AdmissionContext,
): readonly AdmissionNote[] => plugins.flatMap(plugin => plugin.notes?.(candidate, context) ?? [])
