import { E, nameSuffix } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { formatTime, refOf } from '@periplus/api'
import type { Kind, KubernetesObject, ObjectMeta, Refusal } from '@periplus/api'
import type { Candidate, CandidateInputs } from './candidate.ts'
import { withMeta } from './json.ts'
import { refuse } from './refuse.ts'

/** A generated name keeps this much of `generateName`, so that the suffix fits a DNS label. */
const longestBase = 63 - 5

export const generatedName = (base: string, moment: CandidateInputs): string =>
  base.slice(0, longestBase) + nameSuffix(moment.random)

/**
 * Creation: identity and time are the server's to give, the status and the deletion marks aren't the client's. Whether the name is free
 * is asked last (`vacancy`), as the rules hold of an object that is there too.
 */
export const createCandidate = (
  kind: Kind,
  object: KubernetesObject,
  moment: CandidateInputs,
): Either<Refusal, Candidate> => {
  const given: ObjectMeta = object.metadata ?? {}
  const name = given.name || (given.generateName ? generatedName(given.generateName, moment) : '')
  if (kind.namespaced && !given.namespace) return refuse.badRequest('an empty namespace may not be set during creation')
  const namespace = kind.namespaced ? given.namespace : undefined
  const identified = withMeta(
    { ...object, apiVersion: kind.group === '' ? kind.version : `${kind.group}/${kind.version}`, kind: kind.kind },
    {
      name,
      namespace,
      uid: moment.newId(),
      creationTimestamp: formatTime(moment.now),
      generation: kind.generationOf ? 1 : undefined,
      resourceVersion: undefined,
      deletionTimestamp: undefined,
      deletionGracePeriodSeconds: undefined,
      selfLink: undefined,
    },
  )
  return E.right({
    kind,
    operation: 'create',
    subresource: undefined,
    ref: refOf(kind, namespace ?? '', name),
    previous: undefined,
    next: kind.prepareForCreate ? kind.prepareForCreate(identified) : identified,
    ends: false,
  })
}
