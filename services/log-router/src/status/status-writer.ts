import { E } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import { deepEqual } from '@periplus/api'
import type { Commands } from '@periplus/commands'
import type { LiveCut } from '@periplus/projection'
import { sinkKinds } from '../definitions/ensure-definitions.ts'
import type { LogSink, SinkStatus } from '../definitions/sink.ts'
import type { SinkRef } from '../routes/route.ts'
import { statusOf } from './status-of.ts'
import type { SinkReport } from './status-of.ts'

export interface StatusWriter {
  /** Writes what has changed of a sink's status, where enough time has passed since it was written. */
  tell(uid: string, ref: SinkRef, report: SinkReport): Promise<void>
  /** Of all others nothing needs to be known any more. */
  keepOnly(uids: ReadonlySet<string>): void
}

/** Milliseconds between two writes of one sink's figures, and of its verdict. */
const figuresEvery = 10_000
const verdictEvery = 1_000

const verdictOf = (status: SinkStatus): unknown =>
  status.conditions?.map(({ type, status: value, reason, message }) => [type, value, reason, message])

/** Writes statuses as commands, each sink's rarely: every one is an event of the log. */
export const statusWriter = (
  router: string,
  { cut, commands, clock }: { readonly cut: LiveCut; readonly commands: Commands; readonly clock: Clock },
): StatusWriter => {
  const written = new Map<string, number>()
  return {
    keepOnly: uids => {
      for (const uid of written.keys()) if (!uids.has(uid)) written.delete(uid)
    },
    tell: async (uid, ref, report) => {
      const kind = sinkKinds(cut).find(({ resource }) => resource === ref.resource)
      const sink = kind && (cut.get(kind, ref.namespace, ref.name) as LogSink | undefined)
      if (!kind || sink?.metadata?.uid !== uid) return
      const before = sink.status ?? {}
      const now = clock.now()
      const status = statusOf(report, before, router, now)
      const since = now - (written.get(uid) ?? -Infinity)
      const isNew = !deepEqual(verdictOf(before), verdictOf(status))
      if (since < (isNew ? verdictEvery : figuresEvery) || deepEqual(before, status)) return
      written.set(uid, now)
      const id = `${router}.${uid}.${now.toString(36)}`
      const done = await commands.execute(
        {
          ...{ verb: 'patch', kind, subresource: 'status', patch: { type: 'merge', body: { status } } },
          ref: { group: kind.group, resource: kind.resource, namespace: ref.namespace, name: ref.name },
        },
        { actor: 'controller:log-router', component: 'log-router', causes: [], correlationId: id },
      )
      if (E.isRight(done)) await cut.reached(done.right.sequence)
    },
  }
}
