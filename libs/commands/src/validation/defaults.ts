import { applyDefaults } from '@periplus/api'
import type { Candidate } from '../candidate/candidate.ts'

/** The object with everything filled in that it leaves open: the schema's static defaults, then the kind's own. */
export const withDefaults = (candidate: Candidate): Candidate => {
  const { kind, next } = candidate
  const filled = applyDefaults(kind.schema, next)
  const complete = kind.defaults ? kind.defaults(filled) : filled
  return complete === next ? candidate : { ...candidate, next: complete }
}
