import { E, filterInTurns } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { refOf, tooOldVersion } from '@periplus/api'
import type { Refusal } from '@periplus/api'
import type { Entry, LiveCut } from '@periplus/projection'
import { entriesAt } from '../read/entries-at.ts'
import type { PastReads } from '../read/past-reads.ts'
import { prepare } from '../read/prepare.ts'
import type { ConversionDeps } from '../read/prepare.ts'
import type { Selection } from '../read/selection.ts'
import { viewFor } from '../read/view.ts'
import type { ViewDeps } from '../read/view.ts'
import { attributesOf } from '../request/attributes.ts'
import type { ListOptions } from '../request/list-options.ts'
import type { ResourceCall } from '../resources/resource-call.ts'
import { narrowedTo } from './may-read.ts'
import type { MinePlan } from './watch-mine.ts'

/** What beginning a watch of what one may read takes. */
export interface MineDeps extends ViewDeps, ConversionDeps {
  readonly cut: LiveCut
  readonly pastReads: Pick<PastReads, 'readable' | 'readableNow'>
}

type Beginning = Pick<MinePlan, 'initial' | 'after' | 'announceEnd' | 'shown' | 'mayRead'>

/** Where such a watch begins: with all that one may read, or behind a version at which one has been shown it. */
export const mineBeginning = async (
  deps: MineDeps,
  { call, info, kind }: ResourceCall,
  selection: Selection,
  { resourceVersion, sendInitialEvents, allowWatchBookmarks }: ListOptions,
): Promise<Either<Refusal, Beginning>> => {
  const view = await viewFor(deps, call, resourceVersion)
  if (E.isLeft(view)) return view
  const { cut, pastReads } = deps
  const { group, resource } = refOf(kind, '', '')
  const asked = attributesOf(info)
  const mayRead = pastReads.readableNow(call.user, asked)
  const chosen = async (entries: readonly Entry[], narrowed: Selection): Promise<Either<Refusal, readonly Entry[]>> => {
    const ready = await prepare(deps, kind, entries)
    return E.isLeft(ready) ? ready : E.right(await filterInTurns(entries, narrowed.matches))
  }
  if (resourceVersion !== undefined && resourceVersion > 0 && sendInitialEvents !== true) {
    const then = pastReads.readable(call.user, asked, resourceVersion)
    if (E.isLeft(then)) return then
    const entries = entriesAt(cut, resourceVersion, group, resource, selection.namespace)
    const expired = E.left(tooOldVersion(resourceVersion, cut.sequence))
    // The process may remember more than the log keeps; clients are told the same by all.
    if (!entries || resourceVersion < deps.freshness.watermark()) return expired
    const shown = await chosen(entries, narrowedTo(selection, then.right.then))
    if (E.isLeft(shown)) return shown
    // It would have to be told that it is gone, by somebody who may know nothing of it any more.
    if (!shown.right.every(({ ref }) => then.right.thenAndNow(ref))) return expired
    return E.right({ initial: [], after: resourceVersion, announceEnd: false, shown: shown.right, mayRead })
  }
  const after = cut.sequence
  const shown = await chosen(cut.entries(group, resource, selection.namespace), narrowedTo(selection, mayRead()))
  if (E.isLeft(shown)) return shown
  const initial = sendInitialEvents === false ? [] : shown.right
  const announceEnd = sendInitialEvents === true && allowWatchBookmarks
  return E.right({ initial, after, announceEnd, shown: shown.right, mayRead })
}
