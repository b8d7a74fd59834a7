import { E } from '@periplus/prelude'
import type { Clock, Either } from '@periplus/prelude'
import { refOf } from '@periplus/api'
import type { Kind, Refusal } from '@periplus/api'
import type { Sequence } from '@periplus/log'
import type { Entry } from '@periplus/projection'
import type { Answer } from '../http/call.ts'
import { objectBytes, objectPieces } from '../http/reply.ts'
import { attributesOf } from '../request/attributes.ts'
import { asksMine, narrowedTo } from '../mine/may-read.ts'
import { parseListOptions } from '../request/list-options.ts'
import type { ListOptions } from '../request/list-options.ts'
import type { ResourceCall } from '../resources/resource-call.ts'
import { decodeContinue, encodeContinue, expiredToken } from './continue-token.ts'
import type { ContinueToken } from './continue-token.ts'
import { entriesAt } from './entries-at.ts'
import { includeObjectOf } from './include-object.ts'
import { isLong, longList } from './long-list.ts'
import { pageOf } from './page.ts'
import type { PastReads } from './past-reads.ts'
import { prepare } from './prepare.ts'
import type { ConversionDeps } from './prepare.ts'
import { selectionOf } from './select.ts'
import type { Selection } from './selection.ts'
import { showList } from './show.ts'
import { readableOnly } from './unreadable.ts'
import { clockFor, viewFor } from './view.ts'
import type { View, ViewDeps } from './view.ts'

export const list = async (
  deps: ViewDeps &
    ConversionDeps & { readonly clock: Clock; readonly pastReads: Pick<PastReads, 'since' | 'readable'> },
  { call, info, kind, ref, accepted }: ResourceCall,
): Promise<Answer> => {
  const options = parseListOptions(call.query, false)
  if (E.isLeft(options)) return options
  const include = includeObjectOf(call.query)
  if (E.isLeft(include)) return include
  const selection = await selectionOf(kind, ref, options.right)
  if (E.isLeft(selection)) return selection
  const token = tokenOf(options.right)
  if (E.isLeft(token)) return token
  const view = await viewFor(deps, call, token.right ? Math.max(0, token.right.version) : options.right.resourceVersion)
  if (E.isLeft(view)) return view
  const exact = exactVersion(options.right, token.right)
  const isMine = !call.past && asksMine(info, call.query, call.user)
  if (exact !== undefined && view.right.tag === 'Live') {
    // The process may remember more than the log keeps; clients are told the same by all.
    await deps.freshness.confirm()
    if (exact < deps.freshness.watermark()) return tooOld(token.right, exact, view.right.cut.sequence)
    const shown = isMine ? E.right(undefined) : await deps.pastReads.since(call.user, attributesOf(info), exact)
    if (E.isLeft(shown)) return token.right ? E.left(expiredToken(token.right)) : shown
  }
  const collection = collectionOf(view.right, kind, selection.right, exact, token.right)
  if (E.isLeft(collection)) return collection
  const { version, entries } = collection.right
  const readable = isMine ? deps.pastReads.readable(call.user, attributesOf(info), version) : undefined
  if (readable && E.isLeft(readable)) return token.right ? E.left(expiredToken(token.right)) : readable
  const selected = readable ? narrowedTo(selection.right, readable.right.thenAndNow) : selection.right
  const searched = selected.everything ? E.right(undefined) : await prepare(deps, kind, entries)
  if (E.isLeft(searched)) return searched
  const page = await pageOf(entries, selected, options.right.limit, token.right?.after)
  const whole = call.past ? E.right(undefined) : readableOnly(deps.cut, kind, page.entries)
  if (E.isLeft(whole)) return whole
  const ready = await prepare(deps, kind, page.entries)
  if (E.isLeft(ready)) return ready
  const metadata = {
    resourceVersion: String(version),
    ...(page.after ? { continue: encodeContinue({ version, after: page.after }) } : {}),
    ...(page.remaining === undefined ? {} : { remainingItemCount: page.remaining }),
  }
  const tabling = { include: include.right, now: clockFor(call, deps.clock) }
  if (isLong(page.entries))
    return E.right(objectPieces(accepted.encoding, await longList(kind, metadata, page.entries, accepted, tabling)))
  return E.right(objectBytes(accepted.encoding, showList(kind, metadata, page.entries, accepted, tabling)))
}

const tokenOf = (options: ListOptions): Either<Refusal, ContinueToken | undefined> => {
  if (options.continue === '') return E.right(undefined)
  if (options.resourceVersion !== undefined && options.resourceVersion !== 0)
    return E.left({ tag: 'BadRequest', message: 'specifying resource version is not allowed when using continue' })
  return decodeContinue(options.continue)
}

/** The version that a request means and no other: its token's, or the one that it names so. */
const exactVersion = (options: ListOptions, token: ContinueToken | undefined): Sequence | undefined => {
  if (token && token.version >= 0) return token.version
  return options.resourceVersionMatch === 'Exact' ? options.resourceVersion : undefined
}

interface Collection {
  /** What the list calls its version. */
  readonly version: Sequence
  readonly entries: readonly Entry[]
}

/** The collection at the version that the request means: a token's, an exact one, or the view's own. */
const collectionOf = (
  view: View,
  kind: Kind,
  selection: Selection,
  exact: Sequence | undefined,
  token: ContinueToken | undefined,
): Either<Refusal, Collection> => {
  const { group, resource } = refOf(kind, '', '')
  const { cut } = view
  if (exact === undefined || exact >= cut.sequence)
    return E.right({ version: cut.sequence, entries: presentOf(view, kind, selection) })
  const entries = view.tag === 'Live' ? entriesAt(view.cut, exact, group, resource, selection.namespace) : undefined
  if (entries) return E.right({ version: exact, entries })
  return tooOld(token, exact, cut.sequence)
}

const tooOld = (token: ContinueToken | undefined, exact: Sequence, now: Sequence): Either<Refusal, never> =>
  token
    ? E.left(expiredToken(token))
    : E.left({
        tag: 'Expired',
        message: `The resourceVersion for the provided list is too old: ${exact} (${now})`,
      })

/** A pinned name is looked up rather than searched for. */
const presentOf = ({ cut }: View, kind: Kind, { name, namespace }: Selection): readonly Entry[] => {
  if (name === undefined || namespace === undefined) {
    const { group, resource } = refOf(kind, '', '')
    return cut.entries(group, resource, namespace)
  }
  const entry = cut.entry(refOf(kind, namespace, name))
  return entry ? [entry] : []
}
