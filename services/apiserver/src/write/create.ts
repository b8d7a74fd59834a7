import { E } from '@periplus/prelude'
import { inNamespace } from '@periplus/commands'
import type { ResourceCall } from '../resources/resource-call.ts'
import type { Answer } from '../http/call.ts'
import { answerWith } from './carry-out.ts'
import type { WriteDeps } from './deps.ts'
import { readBodyOf } from './read-object.ts'
import { parseWriteOptions } from './write-options.ts'

export const create = async (deps: WriteDeps, asked: ResourceCall): Promise<Answer> => {
  const { call, kind, ref } = asked
  const options = parseWriteOptions(call.query, 'CreateOptions')
  if (E.isLeft(options)) return options
  const object = await readBodyOf(call, kind, options.right)
  if (E.isLeft(object)) return object
  const placed = inNamespace(ref, object.right)
  if (E.isLeft(placed)) return placed
  return answerWith(deps, asked, { verb: 'create', kind, object: placed.right, dryRun: options.right.dryRun }, 201)
}
