import { E, filterInTurns } from '@periplus/prelude'
import type { Clock, Either, Random } from '@periplus/prelude'
import { refOf, statusOf, tooOldVersion } from '@periplus/api'
import type { Kind, Refusal } from '@periplus/api'
import type { EventLog, Sequence } from '@periplus/log'
import { LogGap } from '@periplus/log'
import type { Entry, LiveCut } from '@periplus/projection'
import type { Answer } from '../http/call.ts'
import type { Freshness } from '../read/freshness.ts'
import { includeObjectOf } from '../read/include-object.ts'
import { prepare } from '../read/prepare.ts'
import { readableOnly } from '../read/unreadable.ts'
import type { ConversionDeps } from '../read/prepare.ts'
import type { PastReads } from '../read/past-reads.ts'
import { selectionOf } from '../read/select.ts'
import type { Selection } from '../read/selection.ts'
import { clockFor, viewFor } from '../read/view.ts'
import { attributesOf } from '../request/attributes.ts'
import { asksMine } from '../mine/may-read.ts'
import { mineBeginning } from '../mine/mine-beginning.ts'
import { runMineWatch } from '../mine/watch-mine.ts'
import { parseListOptions } from '../request/list-options.ts'
import type { ListOptions } from '../request/list-options.ts'
import type { ResourceCall } from '../resources/resource-call.ts'
import { framingOf } from './framing.ts'
import type { WatchHub } from './hub.ts'
import { NotShown, runWatch } from './session.ts'
import { runStillWatch } from './still.ts'

export interface WatchService extends ConversionDeps {
  readonly cut: LiveCut
  readonly log: EventLog
  readonly hub: WatchHub
  readonly freshness: Freshness
  readonly pastReads: Pick<PastReads, 'since' | 'readable' | 'readableNow'>
  readonly clock: Clock
  readonly random: Random
}

/** Without `timeoutSeconds` a watch lasts between half an hour and an hour, as with Kubernetes, so that they don't all end at once. */
const defaultTimeoutSeconds = 1800

/** Where a watch begins. */
interface Beginning {
  readonly initial: readonly Entry[]
  readonly after: Sequence
  readonly announceEnd: boolean
}

export const watch = async (service: WatchService, asked: ResourceCall): Promise<Answer> => {
  const { call, kind, ref, accepted } = asked
  if (accepted.encoding === 'yaml')
    return E.left({ tag: 'NotAcceptable', message: 'a watch is a stream of application/json' })
  const options = parseListOptions(call.query, true)
  if (E.isLeft(options)) return options
  const include = includeObjectOf(call.query)
  if (E.isLeft(include)) return include
  const selection = await selectionOf(kind, ref, options.right)
  if (E.isLeft(selection)) return selection
  const mine =
    !call.past && asksMine(asked.info, call.query, call.user)
      ? await mineBeginning(service, asked, selection.right, options.right)
      : undefined
  if (mine && E.isLeft(mine)) return mine
  const beginning = mine ?? (await beginningOf(service, asked, selection.right, options.right))
  if (E.isLeft(beginning)) return beginning
  const { timeoutSeconds } = options.right
  const seconds =
    timeoutSeconds !== undefined && timeoutSeconds > 0 ? timeoutSeconds : defaultTimeoutSeconds * (1 + service.random())
  const plan = {
    ...beginning.right,
    kind,
    selection: selection.right,
    framing: framingOf(kind, accepted, { include: include.right, now: clockFor(call, service.clock) }),
    bookmarks: options.right.allowWatchBookmarks,
    ...(kind.convertedBy ? { prepare: (entries: readonly Entry[]) => preparedOrNot(service, kind, entries) } : {}),
    timeoutMilliseconds: seconds * 1000,
  }
  return E.right({
    tag: 'Stream',
    contentType: plan.framing.contentType,
    run: async (sink, signal) => {
      if (call.past) return runStillWatch(service.clock, plan, sink, signal)
      try {
        if (mine) await runMineWatch(service, { ...plan, ...mine.right }, sink, signal)
        else await runWatch(service, plan, sink, signal)
      } catch (error) {
        const told = error instanceof NotShown ? error.refusal : undefined
        if (!told && !(error instanceof LogGap)) throw error
        const status = statusOf(told ?? tooOldVersion(plan.after, (error as LogGap).first))
        sink.write(plan.framing.frame('ERROR', plan.framing.status(status)))
      }
    },
  })
}

const preparedOrNot = async (service: WatchService, kind: Kind, entries: readonly Entry[]): Promise<void> => {
  const ready = await prepare(service, kind, entries)
  if (E.isLeft(ready)) throw new NotShown(ready.left)
}

const beginningOf = async (
  service: WatchService,
  { call, info, kind }: ResourceCall,
  selection: Selection,
  options: ListOptions,
): Promise<Either<Refusal, Beginning>> => {
  const { resourceVersion, sendInitialEvents } = options
  // From a version on, nothing has to be awaited: what isn't there yet comes through the watch.
  if (resourceVersion !== undefined && resourceVersion > 0 && sendInitialEvents !== true) {
    const shown = call.past
      ? E.right(undefined)
      : await service.pastReads.since(call.user, attributesOf(info), resourceVersion)
    return E.isLeft(shown) ? shown : E.right({ initial: [], after: resourceVersion, announceEnd: false })
  }
  const view = await viewFor(service, call, resourceVersion)
  if (E.isLeft(view)) return view
  const { cut } = view.right
  const after = cut.sequence
  if (sendInitialEvents === false) return E.right({ initial: [], after, announceEnd: false })
  const { group, resource } = refOf(kind, '', '')
  const entries = cut.entries(group, resource, selection.namespace)
  const searched = selection.everything ? E.right(undefined) : await prepare(service, kind, entries)
  if (E.isLeft(searched)) return searched
  const initial = await filterInTurns(entries, selection.matches)
  const whole = call.past ? E.right(undefined) : readableOnly(service.cut, kind, initial)
  if (E.isLeft(whole)) return whole
  const ready = await prepare(service, kind, initial)
  if (E.isLeft(ready)) return ready
  return E.right({ initial, after, announceEnd: sendInitialEvents === true && options.allowWatchBookmarks })
}
