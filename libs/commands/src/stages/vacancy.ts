import { E } from '@periplus/prelude'
import { alreadyExists, badRequest } from '@periplus/api'
import type { Refusal } from '@periplus/api'
import type { Attempt, Stage } from './stage.ts'

/**
 * Of what is to be created: that it has no version and nothing has its name, which Kubernetes' store finds when all else has been said. So
 * an object that breaks a rule, or that admission refuses, is told of that, whether there is one of its name or not.
 */
export const vacancy: Stage = attempt => {
  const refusal = taken(attempt)
  return refusal ? E.left({ refusal }) : E.right(attempt)
}

const taken = ({ command, current, candidate: { kind, ref } }: Attempt): Refusal | undefined => {
  if (command.verb !== 'create') return undefined
  const { resourceVersion = '', generateName = '' } = command.object.metadata ?? {}
  // What is only tried may be what was read before.
  if (resourceVersion !== '' && resourceVersion !== '0' && !command.dryRun)
    return badRequest('resourceVersion should not be set on objects to be created')
  if (!current) return undefined
  const isEnding = current.metadata.deletionTimestamp !== undefined
  return alreadyExists(kind, ref.name, { isEnding, isGenerated: generateName !== '' })
}
