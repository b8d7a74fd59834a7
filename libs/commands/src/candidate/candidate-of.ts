import { E, assertNever, inSteps } from '@periplus/prelude'
import type { Either, Turn } from '@periplus/prelude'
import { fieldError } from '@periplus/api'
import type { Kind, KubernetesObject, Refusal, Stored } from '@periplus/api'
import type { Command } from '../command.ts'
import { applyCandidate } from './apply.ts'
import type { OwningContext } from './apply.ts'
import { bindingCandidate } from './binding.ts'
import type { Candidate, CandidateInputs } from './candidate.ts'
import { createCandidate } from './create.ts'
import { deleteCandidate } from './delete.ts'
import { evictionCandidate } from './eviction.ts'
import { patched } from './patch.ts'
import { placedAt } from './placed.ts'
import { ephemeralContainersCandidate, resizeCandidate } from './pod-parts.ts'
import { refuse } from './refuse.ts'
import { scaleCandidate } from './scale.ts'
import { approvalCandidate, checkIdentity, finalizeCandidate, statusCandidate, updateCandidate } from './update.ts'

/** What the command would make of the object as it is; later, where a long patch takes more than the turn. */
export const candidateOf = (
  command: Command,
  current: Stored<KubernetesObject> | undefined,
  context: OwningContext & { readonly turn?: Turn },
): Either<Refusal, Candidate> | Promise<Either<Refusal, Candidate>> => {
  const { kind } = command
  switch (command.verb) {
    case 'create':
      return createCandidate(kind, command.object, context)
    case 'update':
      return current
        ? replaced(kind, command.subresource, command.object, current, context)
        : refuse.notFound(kind, command.object.metadata?.name ?? '')
    case 'patch': {
      if (command.patch.type === 'apply')
        return inSteps(context.turn, applyCandidate(command, command.patch, current, context, changed))
      if (!current) return refuse.notFound(kind, command.ref.name)
      if (command.resourceVersion !== undefined && command.resourceVersion !== current.metadata.resourceVersion)
        return refuse.modified(kind, command.ref.name)
      const after = patched(kind, command.subresource, command.patch, current, context.turn)
      const standing = (object: Either<Refusal, KubernetesObject>): Either<Refusal, Candidate> =>
        E.isLeft(object) ? object : changed(command, object.right, current, context)
      return after instanceof Promise ? after.then(standing) : standing(after)
    }
    case 'delete':
      return current
        ? deleteCandidate(kind, current, command.options, context)
        : refuse.notFound(kind, command.ref.name)
    default:
      return assertNever(command)
  }
}

/** What a patch makes of an object, which is that same one still. */
const changed = (
  { kind, ref, subresource }: Extract<Command, { readonly verb: 'patch' }>,
  object: KubernetesObject,
  current: Stored<KubernetesObject>,
  moment: CandidateInputs,
): Either<Refusal, Candidate> => {
  const placed = placedAt(ref, object)
  if (E.isLeft(placed)) return placed
  const { uid, resourceVersion } = placed.right.metadata ?? {}
  if (!uid || uid === current.metadata.uid) return replaced(kind, subresource, placed.right, current, moment)
  const checked = checkIdentity(kind, { resourceVersion }, current)
  if (E.isLeft(checked)) return checked
  return refuse.invalid(kind, ref.name, [fieldError.invalid('metadata.uid', uid, 'field is immutable')])
}

const replaced = (
  kind: Kind,
  subresource: string | undefined,
  object: KubernetesObject,
  current: Stored<KubernetesObject>,
  moment: CandidateInputs,
): Either<Refusal, Candidate> => {
  switch (subresource) {
    case undefined:
    case '':
      return updateCandidate(kind, object, current)
    case 'status':
      return statusCandidate(kind, object, current, moment)
    case 'scale':
      return scaleCandidate(kind, object, current)
    case 'finalize':
      return finalizeCandidate(kind, object, current)
    case 'approval':
      return approvalCandidate(kind, object, current, moment)
    case 'binding':
      return bindingCandidate(kind, object, current, moment)
    case 'eviction':
      return evictionCandidate(kind, object, current, moment)
    case 'ephemeralcontainers':
      return ephemeralContainersCandidate(kind, object, current)
    case 'resize':
      return resizeCandidate(kind, object, current)
    default:
      return E.left({ tag: 'NotBuilt', message: `${kind.resource}/${subresource} cannot be written` })
  }
}
