import type { Candidate } from '../candidate/candidate.ts'

/** The object with everything filled in that it leaves open: the schema's static defaults, then the kind's own. */
export const withDefaults = (candidate: Candidate): Candidate => {
  const { kind, next } = candidate
  const complete = kind.defaults ? kind.defaults(next) : next
  return complete === next ? candidate : { ...candidate, next: complete }
}
