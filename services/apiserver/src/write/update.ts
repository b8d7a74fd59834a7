import { placedAt, takesOnlyStatus } from '@periplus/commands'
import { E } from '@periplus/prelude'
import type { Answer } from '../http/call.ts'
import type { ResourceCall } from '../resources/resource-call.ts'
import { answerWith } from './carry-out.ts'
import type { WriteDeps } from './deps.ts'
import { readBodyOf } from './read-object.ts'
import { parseWriteOptions } from './write-options.ts'

/** `PUT` of an object, or of the part of it that a subresource such as `status` stands for. */
export const update = async (deps: WriteDeps, asked: ResourceCall): Promise<Answer> => {
  const { call, kind, info, ref } = asked
  const options = parseWriteOptions(call.query, 'UpdateOptions')
  if (E.isLeft(options)) return options
  const { fieldValidation, dryRun } = options.right
  const onlyStatus = takesOnlyStatus(info.subresource)
  const object = await readBodyOf(call, kind, { fieldValidation, onlyStatus })
  if (E.isLeft(object)) return object
  const placed = placedAt(ref, object.right)
  if (E.isLeft(placed)) return placed
  const subresource = info.subresource === '' ? {} : { subresource: info.subresource }
  return answerWith(deps, asked, { verb: 'update', kind, object: placed.right, ...subresource, dryRun }, 200)
}
