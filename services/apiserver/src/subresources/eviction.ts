import { badRequest } from '@periplus/api'
import { inNamespace } from '@periplus/commands'
import { E } from '@periplus/prelude'
import { Status as StatusSchema } from '@periplus/kinds'
import type { Answer } from '../http/call.ts'
import { answered } from '../http/reply.ts'
import type { ResourceCall } from '../resources/resource-call.ts'
import { evictionBody } from '../write/bodies.ts'
import { carryOut } from '../write/carry-out.ts'
import { deletionOf } from '../write/delete-options.ts'
import type { WriteDeps } from '../write/deps.ts'
import { readBodyOf } from '../write/read-object.ts'
import { parseWriteOptions } from '../write/write-options.ts'

/** `POST pods/<name>/eviction`: a deletion that disruption budgets may refuse with 429. */
export const evictPod = async (deps: WriteDeps, asked: ResourceCall): Promise<Answer> => {
  const { call, ref, kind } = asked
  const options = parseWriteOptions(call.query, 'CreateOptions')
  if (E.isLeft(options)) return options
  const eviction = await readBodyOf(call, evictionBody, options.right)
  if (E.isLeft(eviction)) return eviction
  const deletion = deletionOf(eviction.right.deleteOptions ?? {})
  if (E.isLeft(deletion)) return deletion
  if (eviction.right.metadata?.name !== ref.name)
    return E.left(badRequest('name in URL does not match name in Eviction object'))
  const named = inNamespace(ref, eviction.right)
  if (E.isLeft(named)) return named
  const outcome = await carryOut(deps, call, {
    verb: 'update',
    kind,
    object: { ...named.right, deleteOptions: deletion.right.options } as typeof named.right,
    subresource: 'eviction',
    dryRun: options.right.dryRun || deletion.right.dryRun,
  })
  if (E.isLeft(outcome)) return outcome
  return E.right(
    answered(201, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 }, StatusSchema),
  )
}
