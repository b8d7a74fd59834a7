import { E } from '@periplus/prelude'
import { successOf } from '@periplus/api'
import type { Kind } from '@periplus/api'
import { Status as StatusSchema } from '@periplus/kinds'
import type { Answer } from '../http/call.ts'
import { answered, objectBytes } from '../http/reply.ts'
import type { ResourceCall } from '../resources/resource-call.ts'
import { carryOut, showOutcome } from './carry-out.ts'
import { readDeletion } from './delete-options.ts'
import type { WriteDeps } from './deps.ts'

/** Resources whose finished deletion answers the object rather than a `Status`, as in Kubernetes' storage strategies. */
const returned = new Set([
  'persistentvolumeclaims',
  'persistentvolumes',
  'pods',
  'podtemplates',
  'resourcequotas',
  'serviceaccounts',
  'services',
])

const returnsObject = (kind: Kind): boolean => kind.group === '' && returned.has(kind.resource)

export const remove = async (deps: WriteDeps, asked: ResourceCall): Promise<Answer> => {
  const { call, kind, ref, accepted } = asked
  const deletion = await readDeletion(call)
  if (E.isLeft(deletion)) return deletion
  const { options, dryRun, cascades } = deletion.right
  const outcome = await carryOut(deps, call, { verb: 'delete', kind, ref, options, dryRun })
  if (E.isLeft(outcome)) return outcome
  const { object, deleted } = outcome.right
  if (deleted && !returnsObject(kind)) {
    const uid = object.metadata?.uid
    const { group, resource } = kind
    return E.right(
      answered(
        200,
        successOf({ name: ref.name, ...(group === '' ? {} : { group }), kind: resource, ...(uid ? { uid } : {}) }),
        StatusSchema,
      ),
    )
  }
  const shown = await showOutcome(deps, asked, outcome.right, 'Metadata')
  return E.right(objectBytes(accepted.encoding, shown, !deleted && cascades ? 202 : 200))
}
