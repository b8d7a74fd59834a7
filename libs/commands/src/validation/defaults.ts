import { applyDefaults } from '@periplus/api'
import type { Kind, KubernetesObject } from '@periplus/api'
import { atOnce } from '@periplus/prelude'
import type { Steps } from '@periplus/prelude'
import type { Candidate } from '../candidate/candidate.ts'

function* complete(kind: Kind, object: KubernetesObject): Steps<KubernetesObject> {
  const filled = applyDefaults(kind.schema, object)
  yield
  return kind.defaults ? kind.defaults(filled) : filled
}

/** The object with everything filled in that it leaves open: the schema's static defaults, then the kind's own. */
export const defaulted = (kind: Kind, object: KubernetesObject): KubernetesObject => atOnce(complete(kind, object))

/** The same of a candidate, in steps. */
export function* withDefaults(candidate: Candidate): Steps<Candidate> {
  const next = yield* complete(candidate.kind, candidate.next)
  return next === candidate.next ? candidate : { ...candidate, next }
}
