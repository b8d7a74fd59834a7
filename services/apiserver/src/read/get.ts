import { E } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import { objectNotFound, refOf } from '@periplus/api'
import type { Kind } from '@periplus/api'
import type { Answer, Call, ResourceInfo } from '../http/call.ts'
import { jsonBytes } from '../http/reply.ts'
import type { Accepted } from '../request/accept.ts'
import { parseResourceVersion } from '../request/list-options.ts'
import { includeObjectOf } from './include-object.ts'
import { showOne } from './show.ts'
import { clockFor, viewFor } from './view.ts'
import type { ViewMeans } from './view.ts'

export const get = async (
  means: ViewMeans & { readonly clock: Clock },
  call: Call,
  info: ResourceInfo,
  kind: Kind,
  accepted: Accepted,
): Promise<Answer> => {
  const version = parseResourceVersion(call.query.get('resourceVersion') ?? '')
  if (E.isLeft(version)) return version
  const include = includeObjectOf(call.query)
  if (E.isLeft(include)) return include
  const view = await viewFor(means, call, version.right)
  if (E.isLeft(view)) return view
  const entry = view.right.cut.entry(refOf(kind, info.namespace, info.name))
  if (!entry) return E.left(objectNotFound(kind, info.name))
  return E.right(
    jsonBytes([showOne(kind, entry, accepted.form, { include: include.right, now: clockFor(call, means.clock) })]),
  )
}
