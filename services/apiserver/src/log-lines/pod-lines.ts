import { E, inSteps, sharedTurn } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import { badRequest, objectNotFound } from '@periplus/api'
import type { ContainerRun, LogStream } from '@periplus/log-stream'
import type { EventLog } from '@periplus/log'
import type { LiveCut } from '@periplus/projection'
import { historyOf } from '@periplus/replay'
import type { Answer } from '../http/call.ts'
import type { ResourceCall } from '../resources/resource-call.ts'
import { parseLineQuery } from './line-query.ts'
import type { LineQuery } from './line-query.ts'
import { jsonText, plainText } from './line-texts.ts'
import type { Entry } from './line-texts.ts'
import { mayRead } from './may-see.ts'
import type { MaySeeDeps } from './may-see.ts'
import { livesOf } from './pod-lives.ts'
import { readLines } from './read-lines.ts'

export interface PodLinesDeps extends MaySeeDeps {
  readonly cut: LiveCut
  readonly log: EventLog
  readonly clock: Clock
  /** Absent: this server has no way to the stream, and says so. */
  readonly lines: LogStream | undefined
}

/** Whether the lines of the stream are asked for: below `/at/` there is nothing else, and of the present it is said. */
export const isAboutStream = ({ call }: ResourceCall): boolean =>
  call.past !== undefined || call.query.get('source') === 'stream'

/**
 * Lines of pods as the stream has them, of those that are gone too: `pods/<name>/log?source=stream`, and below `/at/` as it stood then.
 * That the user may read the logs of this pod, or with `-` of all in the namespace, has been asked.
 */
export const podLines = async (deps: PodLinesDeps, asked: ResourceCall): Promise<Answer> => {
  const { call, info, kind, ref } = asked
  const { lines } = deps
  if (!lines) return E.left({ tag: 'NotBuilt', message: 'this server has no way to the stream of containers’ lines' })
  const parsed = await inSteps(sharedTurn, parseLineQuery(call.query, info.namespace, ref.name))
  if (E.isLeft(parsed)) return parsed
  const query = parsed.right
  if (query.format === 'text' && query.pod !== undefined && call.past) {
    const pod = call.past.cut.entry(ref)?.object()
    if (!pod) return E.left(objectNotFound(kind, ref.name))
  }
  if (call.past && query.follow) return E.left(badRequest('what is past cannot be followed'))
  const show = query.format === 'json' ? jsonText : plainText(query.timestamps)
  return E.right({
    tag: 'Stream',
    contentType: query.format === 'json' ? 'application/x-ndjson' : 'text/plain',
    run: async (sink, signal) => {
      let left = query.limitBytes ?? Infinity
      for await (const entries of readLines(linesOf(deps, asked, query, lines, signal)))
        for (const entry of entries) {
          const bytes = show(entry)
          if (signal.aborted || left <= 0) return
          if (bytes.length > 0 && !sink.write(bytes.subarray(0, Math.min(bytes.length, left))))
            await sink.drained(signal)
          left -= bytes.length
        }
    },
  })
}

const linesOf = (
  deps: PodLinesDeps,
  { call }: ResourceCall,
  query: LineQuery,
  stream: LogStream,
  signal: AbortSignal,
): Parameters<typeof readLines>[0] => {
  const lives = livesOf(deps)
  const may = mayRead(deps, call.user)
  const refOf = ({ namespace, pod }: ContainerRun) => ({ group: '', resource: 'pods', namespace, name: pod })
  return {
    ...{ stream, query, signal },
    now: deps.clock.now(),
    until: call.past?.cut.sequence,
    isShown: async run => {
      const life = await lives.lifeOf(refOf(run), run.podUid)
      if (!(await may(run.namespace, run.pod, life))) return false
      const { labels } = life?.object.metadata ?? {}
      if (query.selector.toString() !== '' && !query.selector.matches(labels)) return false
      return query.owner === undefined || (life !== undefined && lives.isOwnedBy(life, query.owner))
    },
    eventsOf: async run => {
      const get = { verb: 'get', group: '', version: 'v1', resource: 'pods', subresource: '' }
      const about = { tag: 'Resource', ...get, namespace: run.namespace, name: run.pod } as const
      if (E.isLeft(deps.security.authorize(call.user, about))) return []
      const history = await historyOf(deps.log, refOf(run), { events: 1_000 })
      return E.isLeft(history) ? [] : history.right.filter(({ uid }) => uid === run.podUid).map(eventEntry)
    },
  }
}

const eventEntry = (event: Extract<Entry, { tag: 'Event' }>['event']): Entry => ({
  ...{ tag: 'Event', event },
  time: BigInt(Date.parse(event.time)) * 1_000_000n,
})
