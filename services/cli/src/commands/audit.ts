import { toJson } from '@periplus/api'
import type { RecordedEvent } from '@periplus/log'
import type { Context } from '../context.ts'
import { eventOfLine, wantedBy } from '../audit/audit-event.ts'
import type { AuditEvent } from '../audit/audit-event.ts'
import { auditFiles } from '../audit/audit-files.ts'
import { auditOfEvent } from '../audit/audit-of-event.ts'
import { inOrder } from '../audit/in-order.ts'
import { withPast } from '../past/open-past.ts'
import { auditText } from '../views/audit-line.ts'
import { startOf } from './since.ts'

/** What `audit` is told on the command line. */
export interface AuditOptions {
  readonly user?: string
  readonly verb?: string
  readonly resource?: string
  readonly namespace?: string
  readonly since: string
  readonly follow?: boolean
  readonly json?: boolean
}

/**
 * Shows who asked for what: the lines of this home's audit files, and from the log the writes that they have nothing of, which are
 * those of controllers, the scheduler and nodes, and all where nothing is audited.
 */
export const audit = (context: Context, options: AuditOptions): Promise<void> => {
  const { home, say } = context
  const since = startOf(options.since)
  const { user, verb, resource, namespace } = options
  const isWanted = wantedBy({
    since,
    ...(user === undefined ? {} : { user }),
    ...(verb === undefined ? {} : { verb }),
    ...(resource === undefined ? {} : { resource }),
    ...(namespace === undefined ? {} : { namespace }),
  })
  const show = (event: AuditEvent): void => {
    if (isWanted(event)) say(options.json ? toJson(event) : auditText(event))
  }
  const stop = new AbortController()
  process.once('SIGINT', () => stop.abort())
  return withPast(context, async past => {
    const told = new Set<string>()
    for await (const line of auditFiles(home.audit).next(since)) {
      const event = eventOfLine(line)
      if (event && event.stage !== 'RequestReceived') told.add(event.auditID)
    }
    const files = auditFiles(home.audit)
    let last: number | undefined
    const isNew = (event: RecordedEvent): boolean => {
      last = event.sequence
      return !isOfRequest(event) || !told.has(event.origin.correlationId)
    }
    const { signal } = stop
    const written = past.events({ since: new Date(since).toISOString(), follow: false, signal })
    for await (const event of inOrder(filed(files.next(since)), logged(written, isNew), timeOf)) show(event)
    if (!options.follow) return
    // A moment that is still to come is none.
    const shown = last ?? 0
    const coming = past.events({ since: last === undefined ? undefined : String(last), follow: true, signal })
    await Promise.all([
      each(filed(files.toCome(signal)), show),
      each(
        logged(coming, event => !isOfRequest(event) && event.sequence > shown),
        show,
      ),
    ])
  })
}

const timeOf = ({ stageTimestamp }: AuditEvent): number => Date.parse(stageTimestamp)

/** Those that came over HTTP are in the files, where they are audited, a moment after they are in the log. */
const isOfRequest = ({ origin }: RecordedEvent): boolean => origin.actor.startsWith('user:')

async function* filed(lines: AsyncIterable<string>): AsyncGenerator<AuditEvent> {
  for await (const line of lines) {
    const event = eventOfLine(line)
    if (event) yield event
  }
}

async function* logged(
  events: AsyncIterable<RecordedEvent>,
  isTold: (event: RecordedEvent) => boolean,
): AsyncGenerator<AuditEvent> {
  for await (const event of events) if (isTold(event)) yield auditOfEvent(event)
}

const each = async (events: AsyncIterable<AuditEvent>, show: (event: AuditEvent) => void): Promise<void> => {
  for await (const event of events) show(event)
}
