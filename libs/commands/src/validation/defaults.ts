import { applyDefaults } from '@periplus/api'
import type { Kind, KubernetesObject } from '@periplus/api'
import type { Steps } from '@periplus/prelude'
import type { Candidate } from '../candidate/candidate.ts'

/** The object with everything filled in that it leaves open: the schema's static defaults, then the kind's own. */
export const defaulted = (kind: Kind, object: KubernetesObject): KubernetesObject => {
  const filled = applyDefaults(kind.schema, object)
  return kind.defaults ? kind.defaults(filled) : filled
}

/** The same of a candidate, in steps. */
export function* withDefaults(candidate: Candidate): Steps<Candidate> {
  const { kind, next } = candidate
  const filled = applyDefaults(kind.schema, next)
  yield
  const complete = kind.defaults ? kind.defaults(filled) : filled
  return complete === candidate.next ? candidate : { ...candidate, next: complete }
}
