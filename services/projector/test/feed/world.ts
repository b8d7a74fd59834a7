import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { E, systemClock } from '@periplus/prelude'
import { connectBus } from '@periplus/bus'
import type { Bus, StoredMessage } from '@periplus/bus'
import { ensureFeed, feedPlace, feedStream, memoryEventLog, noticeSubject } from '@periplus/log'
import type { NewEvent } from '@periplus/log'
import { startLiveCut } from '@periplus/projection'
import type { LiveCut } from '@periplus/projection'
import { logger, metrics, reloadFeed, temporaryFeed, writeFeedConfiguration } from '@periplus/service'
import type { FeedReader, LocalFeed, RunningService, Temporary } from '@periplus/service'
import { startFeedWriter } from '../../src/index.ts'
import { api } from './outsider.ts'
import { right } from './right.ts'

/** A log, the server that those outside read from, and what writes to both. */
export interface FeedWorld {
  readonly server: Temporary<LocalFeed>
  /** Of who writes the feed. */
  readonly bus: Bus
  readonly cut: LiveCut
  /** The next event of an object in the namespace `shop`; its sequence. */
  append(resource: string, name: string, changes?: Partial<NewEvent>): Promise<number>
  /** What writes the feed. Of widgets nothing is told. */
  writer(mostBytes?: number): RunningService
  /** All that the feed has when it has the log up to a sequence. */
  written(to: number): Promise<readonly StoredMessage[]>
  /** When the server answers all of them. */
  letIn(readers: readonly FeedReader[]): Promise<void>
  /** When the server has read its configuration again: while it does, it knows nobody. */
  reload(): Promise<void>
  close(): Promise<void>
}

const groups: Readonly<Record<string, string>> = { deployments: 'apps', widgets: 'example.com' }

export const feedWorld = async (): Promise<FeedWorld> => {
  const server = await temporaryFeed(feedStream)
  const { port, user, password } = server.server
  const servers = `127.0.0.1:${port}`
  const bus = right(await connectBus({ servers, user, password, name: 'writer' }))
  right(await ensureFeed(bus))
  const log = memoryEventLog()
  const running = await startLiveCut({ log })
  const { cut } = running

  const answers = async ({ name, password }: FeedReader): Promise<boolean> => {
    const one = await connectBus({ servers, user: name, password, name, timeoutMilliseconds: 500 })
    if (E.isLeft(one)) return false
    const subject = `${api}.CONSUMER.INFO.${feedStream}.${name}`
    const asked = await one.right.request(subject, new Uint8Array(), { timeoutMilliseconds: 200 })
    await one.right.close()
    return E.isRight(asked)
  }
  const reloads = (): number =>
    readFileSync(join(server.directory, 'feed.log'), 'utf8').split('Reloaded server configuration').length
  const reload = async (): Promise<void> => {
    const before = reloads()
    reloadFeed(server.directory)
    while (reloads() === before) await new Promise(resolve => setImmediate(resolve))
  }
  return {
    ...{ server, bus, cut, reload },
    append: async (resource, name, changes = {}) => {
      const ref = { group: groups[resource] ?? '', resource, namespace: 'shop', name, ...changes.ref }
      const last = right(await log.last(ref))?.sequence ?? 0
      const uid = `${resource}-${name}`
      const { sequence } = right(
        await log.append({
          ...{ id: `${resource} ${name} ${last}`, type: last === 0 ? 'created' : 'spec-changed', uid },
          ...{ expected: last, previous: last, time: new Date(0).toISOString() },
          origin: { actor: 'user:test', component: 'test', causes: [], correlationId: name },
          body: Buffer.from(JSON.stringify({ kind: resource, metadata: { name, uid } })),
          ...changes,
          ref,
        }),
      )
      return sequence
    },
    writer: (mostBytes = 2 ** 30) =>
      startFeedWriter({
        ...{ cluster: 'test', log, cut, feed: bus, metrics: metrics(), clock: systemClock, mostBytes },
        withheld: ({ resource }) => resource === 'widgets',
        logger: logger('feed', { write: () => undefined }),
        onBug: error => assert.fail(String(error)),
      }),
    written: async to => {
      while (right(await feedPlace(bus)).through < to) await new Promise(resolve => setImmediate(resolve))
      const { last } = right(await feedPlace(bus))
      const found: StoredMessage[] = []
      for await (const batch of bus.jetstream.read({ stream: feedStream, from: 1, to: last })) found.push(...batch)
      return found
    },
    letIn: async readers => {
      writeFeedConfiguration(server.directory, feedStream, { readers })
      for (const { name, subjects } of readers)
        right(await bus.jetstream.ensureReader(feedStream, { name, subjects: [...subjects, noticeSubject(name)] }))
      for (const reader of readers)
        do await reload()
        while (!(await answers(reader)))
    },
    close: async () => {
      await running.close()
      await bus.close()
      await server.dispose()
    },
  }
}
