import { E, inSteps, own } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Decodable, KubernetesObject } from '@periplus/api'
import { Binding, Eviction, Scale } from '@periplus/kinds'
import { candidateOf } from '../candidate/candidate-of.ts'
import { withMeta } from '../candidate/json.ts'
import type { Command } from '../command.ts'
import type { Attempt } from '../stages/stage.ts'
import { withDefaults } from '../validation/defaults.ts'
import { converted } from '../webhooks/in-form.ts'
import type { AdmissionRefusal } from './plugin.ts'
import type { AdmissionRequest } from './request.ts'

const bodies: Readonly<Record<string, Decodable<KubernetesObject>>> = {
  scale: { group: 'autoscaling', version: 'v1', kind: 'Scale', schema: Scale },
  binding: Binding,
  eviction: { group: 'policy', version: 'v1', kind: 'Eviction', schema: Eviction },
}

/** What the object of a request is read as. */
export const bodyOf = ({ subresource, kind }: AdmissionRequest): Decodable<KubernetesObject> =>
  own(bodies, subresource) ?? kind

/** The command that asks for just this object. */
const commandFor = ({ command, candidate }: Attempt, object: KubernetesObject): Command => {
  const { kind, operation, subresource } = candidate
  const manager =
    command.verb === 'delete' || command.fieldManager === undefined ? {} : { fieldManager: command.fieldManager }
  const said = { kind, object, ...manager, ...(command.dryRun ? { dryRun: true } : {}) }
  if (operation === 'create') return { verb: 'create', ...said }
  const part = candidate.isEviction ? 'eviction' : subresource
  return { verb: 'update', ...said, ...(part === undefined ? {} : { subresource: part }) }
}

/** The attempt with another object, as if the client had sent that: what no client may choose stays as it is. */
const replaced = async (attempt: Attempt, object: KubernetesObject): Promise<Either<AdmissionRefusal, Attempt>> => {
  const { candidate, current, context } = attempt
  const { ref, next, isApplied } = candidate
  const { name = '', namespace = '' } = object.metadata ?? {}
  if (name !== ref.name || namespace !== ref.namespace)
    return E.left({
      refusal: { tag: 'InternalError', message: 'metadata.name and metadata.namespace are immutable' },
    })
  const command = commandFor(attempt, object)
  const built = await candidateOf(command, command.verb === 'create' ? undefined : current, context)
  if (E.isLeft(built)) return E.left({ refusal: built.left })
  const { uid, creationTimestamp, managedFields } = next.metadata ?? {}
  const kept = withMeta(built.right.next, { uid, creationTimestamp, managedFields })
  const whole = await inSteps(
    context.turn,
    withDefaults({ ...built.right, next: kept, ...(isApplied ? { isApplied } : {}) }),
  )
  // Of a Binding and an Eviction the command alone knows.
  return E.right({ ...attempt, candidate: whole, ...(attempt.command.verb === 'update' ? { command } : {}) })
}

/** The attempt with what somebody made of its object, in the form in which they were shown it. */
export const withObject = async (
  attempt: Attempt,
  shown: AdmissionRequest,
  made: KubernetesObject,
): Promise<Either<AdmissionRefusal, Attempt>> => {
  if (Object.hasOwn(bodies, shown.subresource)) return replaced(attempt, made)
  const object = await converted(made, shown.kind, attempt.candidate.kind, attempt.context)
  return E.isLeft(object) ? object : replaced(attempt, object.right)
}
