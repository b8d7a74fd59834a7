import { applyDefaults } from '@periplus/api'
import type { Kind, KubernetesObject } from '@periplus/api'
import type { Candidate } from '../candidate/candidate.ts'

/** The object with everything filled in that it leaves open: the schema's static defaults, then the kind's own. */
export const defaulted = (kind: Kind, object: KubernetesObject): KubernetesObject => {
  const filled = applyDefaults(kind.schema, object)
  return kind.defaults ? kind.defaults(filled) : filled
}

export const withDefaults = (candidate: Candidate): Candidate => {
  const complete = defaulted(candidate.kind, candidate.next)
  return complete === candidate.next ? candidate : { ...candidate, next: complete }
}
