import { E } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import { objectNotFound } from '@periplus/api'
import type { Answer } from '../http/call.ts'
import { objectBytes } from '../http/reply.ts'
import { parseResourceVersion } from '../request/list-options.ts'
import type { ResourceCall } from '../resources/resource-call.ts'
import { includeObjectOf } from './include-object.ts'
import { prepare } from './prepare.ts'
import { objectIn } from './representation.ts'
import type { ConversionDeps } from './prepare.ts'
import { readableOnly } from './unreadable.ts'
import { showOne } from './show.ts'
import { clockFor, viewFor } from './view.ts'
import type { ViewDeps } from './view.ts'

export const get = async (
  deps: ViewDeps & ConversionDeps & { readonly clock: Clock },
  { call, kind, ref, accepted }: ResourceCall,
): Promise<Answer> => {
  const version = parseResourceVersion(call.query.get('resourceVersion') ?? '')
  if (E.isLeft(version)) return version
  const include = includeObjectOf(call.query)
  if (E.isLeft(include)) return include
  const view = await viewFor(deps, call, version.right)
  if (E.isLeft(view)) return view
  const entry = view.right.cut.entry(ref)
  if (!entry) return E.left(objectNotFound(kind, ref.name))
  const readable = call.past ? E.right(undefined) : readableOnly(deps.cut, kind, [entry])
  if (E.isLeft(readable)) return readable
  const ready = await prepare(deps, kind, [entry])
  if (E.isLeft(ready)) return ready
  call.trail.responded(() => objectIn(kind, entry), entry.bytes.length)
  const tabling = { include: include.right, now: clockFor(call, deps.clock) }
  return E.right(objectBytes(accepted.encoding, showOne(kind, entry, accepted, tabling)))
}
