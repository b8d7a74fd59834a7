import { E, pipe } from '@periplus/prelude'
import type { Answer } from '../http/call.ts'
import type { ResourceCall } from '../resources/resource-call.ts'
import { answerWith } from './carry-out.ts'
import { inNamespace, underName } from './identify.ts'
import type { WriteMeans } from './means.ts'
import { readObject } from './read-object.ts'
import { parseWriteOptions } from './write-options.ts'

/** `PUT` of an object, or of the part of it that a subresource such as `status` stands for. */
export const update = async (means: WriteMeans, asked: ResourceCall): Promise<Answer> => {
  const { call, kind, info } = asked
  const options = parseWriteOptions(call.query, 'UpdateOptions')
  if (E.isLeft(options)) return options
  const object = await readObject(call, kind, options.right.fieldValidation)
  if (E.isLeft(object)) return object
  const placed = pipe(
    inNamespace(kind, info, object.right),
    E.flatMap(one => underName(info, one)),
  )
  if (E.isLeft(placed)) return placed
  const { dryRun } = options.right
  const subresource = info.subresource === '' ? {} : { subresource: info.subresource }
  return answerWith(means, asked, { verb: 'update', kind, object: placed.right, ...subresource, dryRun }, 200)
}
