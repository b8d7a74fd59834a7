import { E, nameSuffix } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { formatTime, refOf } from '@periplus/api'
import type { Kind, KubernetesObject, ObjectMeta, Refusal, Stored } from '@periplus/api'
import type { Candidate, CandidateInputs } from './candidate.ts'
import { withMeta } from './json.ts'
import { refuse } from './refuse.ts'

/** A generated name keeps this much of `generateName`, so that the suffix fits a DNS label. */
const longestBase = 63 - 5

export const generatedName = (base: string, moment: CandidateInputs): string =>
  base.slice(0, longestBase) + nameSuffix(moment.random)

/** Creation: identity and time are the server's to give, the status and the deletion marks aren't the client's. */
export const createCandidate = (
  kind: Kind,
  object: KubernetesObject,
  existing: Stored<KubernetesObject> | undefined,
  moment: CandidateInputs,
): Either<Refusal, Candidate> => {
  const given: ObjectMeta = object.metadata ?? {}
  if (given.resourceVersion !== undefined && given.resourceVersion !== '' && given.resourceVersion !== '0')
    return refuse.badRequest('resourceVersion should not be set on objects to be created')
  const name = given.name || (given.generateName ? generatedName(given.generateName, moment) : '')
  if (name === '')
    return refuse.invalid(kind, '', [
      {
        reason: 'FieldValueRequired',
        field: 'metadata.name',
        message: 'Required value: name or generateName is required',
      },
    ])
  if (kind.namespaced && !given.namespace) return refuse.badRequest('an empty namespace may not be set during creation')
  if (existing) return refuse.alreadyExists(kind, name)
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
