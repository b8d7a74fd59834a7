import assert from 'node:assert/strict'
import { connectBus } from '@periplus/bus'
import type { Bus } from '@periplus/bus'
import { feedStream, subjectsOf } from '@periplus/log'
import { builtInBackends } from '@periplus/logs'
import type { WriteFailure } from '@periplus/logs'
import { answering, contractLimits, httpRecorder } from '@periplus/logs/contract'
import type { HttpRecorder } from '@periplus/logs/contract'
import { systemClock } from '@periplus/prelude'
import { feedDomain } from '@periplus/service'
import type { RunningService } from '@periplus/service'
import { recordOfEvent, startBridge } from '../../src/index.ts'
import { outsider } from './outsider.ts'
import { right } from './right.ts'
import { feedWorld } from './world.ts'
import type { FeedWorld } from './world.ts'

interface Told {
  readonly id: string
  readonly type: string
  readonly subject: string
  readonly sequence: string
  readonly data: { readonly kind: string; readonly metadata: { readonly name: string } }
}

describe('a bridge from the feed to a webhook', function () {
  this.timeout(60_000)
  const reader = { name: 'bridge', password: 'of-the-bridge', subjects: right(subjectsOf({})) }
  let world: FeedWorld
  let writing: RunningService
  let recorder: HttpRecorder
  let bus: Bus
  let running: RunningService | undefined
  const failures: (WriteFailure | undefined)[] = []

  before(async () => {
    world = await feedWorld()
    writing = world.writer()
    recorder = await httpRecorder((_, response, accept) => {
      accept()
      response.writeHead(204).end()
    })
    await world.letIn([reader])
    bus = right(
      await connectBus({
        ...{ servers: `127.0.0.1:${world.server.server.port}`, user: reader.name, password: reader.password },
        name: 'bridge',
      }),
    )
  })
  afterEach(async () => {
    await running?.stop()
    running = undefined
  })
  after(async () => {
    await bus.close()
    await writing.stop()
    await recorder.close()
    await world.close()
  })

  const start = async (by: Bus = bus): Promise<void> => {
    const webhook = builtInBackends.get('webhook') ?? assert.fail()
    const limits = { ...contractLimits, answerWithin: 1_000 }
    const writer = right(await webhook.open({ url: recorder.url }, new Map([['token', 'hush']]), limits)())
    running = startBridge({
      ...{
        bus: by,
        writer,
        clock: systemClock,
        place: { domain: feedDomain, stream: feedStream, reader: reader.name },
      },
      onFailure: failure => void failures.push(failure),
      onLost: (id, why) => assert.fail(`${id}: ${why}`),
      onBug: error => assert.fail(String(error)),
    })
  }
  const told = (): readonly Told[] =>
    recorder.accepted.flatMap(({ body }) =>
      body
        .toString()
        .trim()
        .split('\n')
        .map(line => JSON.parse(line) as Told),
    )
  const names = (): readonly string[] => told().map(({ data }) => data.metadata.name)

  /** Its place is behind everything: what is ended before that is told again. */
  const settled = async (): Promise<void> => {
    for (;;) {
      const { pending = 1, unacknowledged = 1 } =
        right(await world.bus.jetstream.readers(feedStream)).get(reader.name) ?? {}
      if (pending + unacknowledged === 0) return
    }
  }

  it('posts each event as a CloudEvent, in order, and nothing of Secrets', async () => {
    await start()
    await world.append('pods', 'a')
    await world.append('secrets', 'key')
    const sequence = await world.append('deployments', 'web')
    await recorder.until(() => names().length >= 2)
    await settled()
    assert.deepEqual(names(), ['a', 'web'])
    const { data, ...web } = told()[1] ?? assert.fail()
    assert.deepEqual(web, {
      ...{ specversion: '1.0', id: 'deployments web 0', source: '/clusters/test/test' },
      ...{
        type: 'io.periplus.object.created.v1',
        subject: 'deployments.apps/shop/web',
        time: new Date(0).toISOString(),
      },
      ...{ datacontenttype: 'application/json', uid: 'deployments-web', actor: 'user:test', causes: '' },
      ...{ correlationid: 'web', sequence: String(sequence), prior: '0' },
    })
    assert.deepEqual(data.kind, 'deployments')
    assert.equal(recorder.accepted[0]?.headers.authorization, 'Bearer hush')
  })

  it('waits while the webhook takes nothing, loses nothing, and goes on when it does', async () => {
    await start()
    recorder.always(answering(503))
    for (const name of ['b', 'c']) await world.append('pods', name)
    const before = recorder.asked
    await recorder.until(() => recorder.asked > before + 1)
    recorder.always((_, response, accept) => {
      accept()
      response.writeHead(200).end()
    })
    await recorder.until(() => names().includes('c'))
    await settled()
    assert.deepEqual(names().slice(2), ['b', 'c'])
    assert.ok(failures.some(failure => failure?.tag === 'Unavailable'))
  })

  it('is told again what it was given and did not deliver before it was ended, and nothing that it did', async () => {
    recorder.always(answering(503))
    await start()
    const asked = recorder.asked
    for (const name of ['d', 'e']) await world.append('pods', name)
    await recorder.until(() => recorder.asked > asked)
    // It holds what the server counts as sent; a later one would acknowledge that together with what comes now.
    await running?.stop()
    const last = await world.append('pods', 'f')
    await world.written(last)
    recorder.always((_, response, accept) => {
      accept()
      response.writeHead(200).end()
    })
    await start()
    await recorder.until(() => names().includes('f'))
    await settled()
    assert.deepEqual(names().slice(4), ['d', 'e', 'f'])
  })

  /** One message, for a connection of the consumer that is gone with it. */
  const takenAway = async (): Promise<void> => {
    const lost = await outsider(world.server.server, reader)
    const next = `$JS.${feedDomain}.API.CONSUMER.MSG.NEXT.${feedStream}.${reader.name}`
    const arrived = new Promise(resolve => {
      const inbox = lost.bus.inbox()
      lost.bus.subscribe(inbox, resolve)
      lost.bus.publish(next, Buffer.from('{"batch":1,"expires":5000000000}'), inbox)
    })
    await arrived
    await lost.bus.close()
  }

  it('delivers what another connection of the consumer has asked for, and was lost with it', async () => {
    for (const name of ['g', 'h']) await world.append('pods', name)
    await takenAway()
    await start()
    await recorder.until(() => names().includes('h'))
    await settled()
    assert.deepEqual(names().slice(7), ['g', 'h'])
  })

  it('delivers what was lost with another connection while it asked for its place', async () => {
    let questions = 0
    const late: Bus = {
      ...bus,
      request: async (subject, ...rest) => {
        // The second one, when it has been told to go on from there.
        if (subject.includes('.CONSUMER.INFO.') && ++questions === 2) {
          await world.append('pods', 'i')
          await takenAway()
        }
        return bus.request(subject, ...rest)
      },
    }
    await start(late)
    await recorder.until(() => names().includes('i'))
    await world.append('pods', 'j')
    await recorder.until(() => names().includes('j'))
    await settled()
    assert.deepEqual(names().slice(9), ['i', 'j'])
  })

  it('makes a record of what the feed says of itself, too', () => {
    const { document, source } = recordOfEvent({
      headers: 'ce-specversion: 1.0\r\nce-id: x%20y\r\nce-type: io.periplus.feed.begin-anew.v1\r\nOther: 1\r\n',
      data: new Uint8Array(),
    })
    assert.deepEqual(JSON.parse(document?.json ?? ''), {
      ...{ specversion: '1.0', id: 'x y', type: 'io.periplus.feed.begin-anew.v1' },
    })
    assert.deepEqual([document?.id, source.pod], ['x y', ''])
  })
})
