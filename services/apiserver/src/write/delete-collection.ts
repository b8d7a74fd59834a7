import { E, filterInTurns } from '@periplus/prelude'
import type { KubernetesObject } from '@periplus/api'
import type { Answer } from '../http/call.ts'
import { objectBytes } from '../http/reply.ts'
import { showObjects } from '../read/show.ts'
import { prepare } from '../read/prepare.ts'
import { selectionOf } from '../read/select.ts'
import { parseListOptions } from '../request/list-options.ts'
import type { ResourceCall } from '../resources/resource-call.ts'
import { carryOut } from './carry-out.ts'
import { readDeletion } from './delete-options.ts'
import type { WriteDeps } from './deps.ts'

/** Deletions under way at once: enough to use the log's pipeline, not so many that others wait. */
const inFlight = 16

/** Deletes what the selectors choose; answers the list of what was deleted. What is gone meanwhile is no failure. */
export const removeCollection = async (deps: WriteDeps, asked: ResourceCall): Promise<Answer> => {
  const { call, kind, ref, accepted } = asked
  const list = parseListOptions(call.query, false)
  if (E.isLeft(list)) return list
  const selection = await selectionOf(kind, ref, list.right)
  if (E.isLeft(selection)) return selection
  const deletion = await readDeletion(call)
  if (E.isLeft(deletion)) return deletion
  const { options, dryRun } = deletion.right
  const version = deps.cut.sequence
  const found = deps.cut.entries(ref.group, ref.resource, selection.right.namespace)
  const ready = selection.right.everything ? E.right(undefined) : await prepare(deps, kind, found)
  if (E.isLeft(ready)) return ready
  const chosen = await filterInTurns(found, selection.right.matches)
  const removed: KubernetesObject[] = []
  for (let start = 0; start < chosen.length; start += inFlight) {
    const batch = chosen.slice(start, start + inFlight)
    const outcomes = await Promise.all(
      batch.map(entry => carryOut(deps, call, { verb: 'delete', kind, ref: entry.ref, options, dryRun })),
    )
    for (const outcome of outcomes) {
      if (E.isRight(outcome)) removed.push(outcome.right.object)
      else if (outcome.left.tag !== 'NotFound') return outcome
    }
  }
  const metadata = { resourceVersion: String(version) }
  return E.right(objectBytes(accepted.encoding, showObjects(kind, metadata, removed, accepted.encoding)))
}
