import { E, filterInTurns } from '@periplus/prelude'
import { badRequest } from '@periplus/api'
import { forgottenAt } from '@periplus/log'
import type { EventBatch, RecordedEvent, Sequence } from '@periplus/log'
import {
  eventText,
  parseMoment,
  refusalOfMoment,
  rememberedFollow,
  rememberedRange,
  sequenceOf,
} from '@periplus/replay'
import type { Answer } from '../http/call.ts'
import type { Sink } from '../http/reply.ts'
import { booleanParameter } from '../request/request-info.ts'
import type { HistoryCall, HistoryDeps } from './deps.ts'
import { lines } from './texts.ts'

/** Events told where nobody says from where on. */
const usual = 50
/** As far as that is looked back for those that one may see. */
const farthest = 2_000
/** Events whose rights of then are looked up together, as that may read the log from its beginning. */
const together = 20_000
const togetherBytes = 16 * 1024 * 1024

/**
 * `GET /history?since=<moment>&follow=true`: the events that the user may see, a line of JSON each. Without `since` the last few, or with
 * `follow` what comes from now on.
 */
export const listEvents = async (deps: HistoryDeps, { user, query, warn, signal }: HistoryCall): Promise<Answer> => {
  const { log, pastReads } = deps
  const follows = booleanParameter(query, 'follow')
  const bounds = E.mapLeft(refusalOfMoment)(await log.bounds())
  if (E.isLeft(bounds)) return bounds
  const { last, watermark, horizons = {} } = bounds.right
  const found = await beginning(deps, query.get('since'), follows ? last + 1 : last - farthest + 1)
  if (E.isLeft(found)) return found
  const from = Math.max(watermark + 1, found.right)
  const forgotten = forgottenAt(horizons, from).map(([kind, first]) => `${kind} from ${first} on`)
  if (forgotten.length > 0) warn(`what was before is not kept of all kinds: this tells of ${forgotten.join(', ')}`)
  const shown = (events: readonly RecordedEvent[]) => pastReads.shown(user, events, signal())

  if (follows)
    return E.right({
      tag: 'Stream',
      contentType: lines,
      run: async (sink, stopped) => {
        for await (const events of rememberedFollow(log, horizons, from, stopped))
          await write(sink, await shown(events), stopped)
      },
    })
  const newest = async function* (): AsyncGenerator<Uint8Array> {
    let kept: readonly RecordedEvent[] = []
    const told = rememberedRange(log, horizons, from, last, signal())
    const candidates = gathered(told, event => pastReads.mayBeShown(user, event))
    for await (const events of candidates) {
      if (query.get('since') !== null) for (const event of await shown(events)) yield line(event)
      else kept = [...kept, ...(await shown(events))].slice(-usual)
    }
    for (const event of kept) yield line(event)
  }
  return E.right({ tag: 'Pieces', contentType: lines, pieces: newest() })
}

const beginning = async ({ log }: HistoryDeps, since: string | null, otherwise: Sequence) => {
  if (since === null) return E.right(otherwise)
  const moment = parseMoment(since)
  if (!moment) return E.left(badRequest(`'${since}' is neither a sequence nor an RFC 3339 time`))
  return E.mapLeft(refusalOfMoment)(await sequenceOf(log, moment))
}

const line = (event: RecordedEvent): Buffer => Buffer.from(`${eventText(event)}\n`)

const write = async (sink: Sink, events: readonly RecordedEvent[], signal: AbortSignal): Promise<void> => {
  for (const event of events) if (!sink.write(line(event))) await sink.drained(signal)
}

/** What passes, a bounded amount at once, in turns. */
async function* gathered(
  batches: AsyncIterable<EventBatch>,
  passes: (event: RecordedEvent) => boolean,
): AsyncGenerator<readonly RecordedEvent[]> {
  let [part, bytes]: [RecordedEvent[], number] = [[], 0]
  for await (const batch of batches)
    for (const event of await filterInTurns(batch, passes)) {
      part.push(event)
      bytes += event.body.length
      if (part.length < together && bytes < togetherBytes) continue
      yield part
      ;[part, bytes] = [[], 0]
    }
  if (part.length > 0) yield part
}
