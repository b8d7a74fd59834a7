import assert from 'node:assert/strict'
import { setImmediate as turn } from 'node:timers/promises'
import type { Bus } from '@periplus/bus'
import { askForNodeFeed, jetStreamEventLog, memoryEventLog, nodeFeedStream } from '@periplus/log'
import { E } from '@periplus/prelude'
import { nodeSubjects } from '@periplus/runtime'
import { right } from '../feed/right.ts'
import { configMap, feedSuite, one, onOne, pod } from './feed-suite.ts'

const short = { timeoutMilliseconds: 100 }

describe('the feed of nodes on NATS', function () {
  this.timeout(60_000)
  const suite = feedSuite()
  const { write, writer, reader, agrees } = suite

  it('gives a node what concerns it, with the versions of the log, and its own writes when they come back', async () => {
    await write(configMap('of-others'), { data: { k: 'v' } })
    const version = await write(configMap('settings'), { data: { k: 'v' } })
    const bound = await write(pod('web'), onOne('settings'))
    await write(pod('elsewhere'), {
      spec: { nodeName: 'two', containers: [{ name: 'c', image: 'secret' }] },
      status: { podIP: '10.0.0.1' },
    })
    writer()
    const read = await reader()
    await agrees(read)
    assert.equal(read.cut.entry({ group: '', ...pod('elsewhere') }), undefined, 'no policy is about it')
    const policy = { group: 'networking.k8s.io', resource: 'networkpolicies', namespace: 'a', name: 'friends' }
    await write(policy, { spec: { podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }] } })
    await agrees(read)
    assert.equal(read.cut.lastSequence({ group: '', ...configMap('settings') }), version)
    assert.equal(read.cut.lastSequence({ group: '', ...pod('web') }), bound)
    assert.equal(read.cut.entry({ group: '', ...configMap('of-others') }), undefined)
    const other = Buffer.from(read.cut.entry({ group: '', ...pod('elsewhere') })?.bytes ?? []).toString()
    assert.match(other, /10\.0\.0\.1/)
    assert.doesNotMatch(other, /image|secret/)
    await read.cut.reached(
      await write(pod('web'), { ...onOne('settings'), status: { phase: 'Running' } }, 'status-changed'),
    )
    await agrees(read)
    await write(pod('web'), undefined)
    await write(pod('web'), { spec: { nodeName: 'two', containers: [] } })
    await agrees(read)
    assert.equal(read.cut.entry({ group: '', ...pod('web') }), undefined)
  })

  it('is gone on with by another writer wherever one was killed, and two at once write nothing wrong', async () => {
    const read = await (async () => {
      const writing = writer()
      const read = await reader()
      await agrees(read)
      await writing.stop()
      return read
    })()
    for (let kills = 0; kills < 6; kills++) {
      for (let i = 0; i < 4; i++) await write(configMap(`c${i}`), { data: { kills: String(kills) } })
      for (let i = 0; i < 4; i++)
        await write(pod(`p${i}`), (i + kills) % 3 === 0 ? undefined : onOne(`c${i}`)).catch(() => 0)
      for (let i = 0; i < 12; i++)
        await write(
          { resource: 'services', namespace: 'a', name: `s${i}` },
          { spec: { clusterIP: `10.${kills}.0.${i}` } },
        )
      let left = kills
      const dying: Bus['jetstream'] = {
        ...suite.control.jetstream,
        publish: async (...message) =>
          left-- > 0 ? suite.control.jetstream.publish(...message) : { tag: 'Unknown', message: 'killed' },
      }
      const killed = writer({ bus: { jetstream: dying } })
      while (left > 0) await turn()
      await killed.stop()
    }
    const copies = [writer(), writer()]
    for (let i = 0; i < 40; i++) await write(configMap('c1'), { data: { i: String(i) } })
    await agrees(read)
    for (const copy of copies) await copy.stop()
  })

  it('is cut off where it is long, for who reads it all along and for who comes late', async () => {
    writer({ most: { times: 1, bytes: 64 * 1024 } })
    const read = await reader()
    await write(configMap('still'), { data: { k: 'v' } })
    await agrees(read)
    const beginning = suite.reasons.length
    await write(pod('still'), onOne('still'))
    await write(pod('hot'), onOne('hot'))
    for (let i = 0; i < 600; i++)
      await read.cut.reached(await write(configMap('hot'), { data: { i: `${i} ${'x'.repeat(100)}` } }))
    await agrees(read)
    const state = right(await suite.control.jetstream.state(nodeFeedStream))
    assert.ok(state.firstSequence > 200, `it begins at ${state.firstSequence}`)
    assert.ok(!suite.reasons.slice(beginning).includes('Missed'), 'who is current needs nothing of what is cut off')
    const late = await reader()
    await agrees(late)
  })

  it('is cut off only once what leaves it was told again, though somebody else writes or nobody answers', async () => {
    const { jetstream } = suite.control
    let told = 0
    const failing: Bus['jetstream'] = {
      ...jetstream,
      publish: async (...message) =>
        message[0].subject.endsWith('.configmaps.a.kept') && ++told === 2
          ? { tag: 'Unknown', message: 'nobody answers' }
          : jetstream.publish(...message),
    }
    writer({ bus: { jetstream: failing }, most: { times: 1, bytes: 64 * 1024 } })
    const read = await reader()
    await write(configMap('kept'), { data: { k: 'v' } })
    await write(pod('kept'), onOne('kept'))
    await write(pod('hot'), onOne('hot'))
    for (let i = 0; told < 2; i++)
      await read.cut.reached(await write(configMap('hot'), { data: { failing: `${i} ${'x'.repeat(100)}` } }))
    await write(configMap('hot'), { data: { failing: 'no more' } })
    await agrees(read)
    await agrees(await reader())
  })

  it('is made anew where the log is another one than it was made of, though versions are the same', async () => {
    const before = writer()
    const read = await reader()
    await write(configMap('settings'), { data: { of: 'this log' } })
    await write(pod('web'), onOne('settings'))
    await agrees(read)
    await before.stop()
    const events = suite.log.slice(1)
    // As after a start on a copy that lacks the end.
    const other = memoryEventLog()
    const settings = events.findLast(({ ref }) => ref.name === 'settings')
    for (const event of events) {
      const body =
        event === settings
          ? Buffer.from(Buffer.from(event.body).toString().replace('this log', 'that log'))
          : event.body
      const id = event.sequence >= (settings?.sequence ?? 0) ? `other ${event.id}` : event.id
      right(await other.append({ ...event, id, body, expected: event.previous }))
    }
    await suite.replace(other)
    writer()
    await write(configMap('another'), { data: { of: 'that log' } })
    await agrees(read)
  })

  it('goes on where the server was killed', async () => {
    writer()
    const read = await reader()
    await agrees(read)
    await suite.nats.server.kill()
    await write(configMap('still'), { data: { k: 'later' } })
    await suite.nats.restart()
    await agrees(read)
    await write(pod('still'), undefined)
    await agrees(read)
  })

  it('lets a node read neither the log nor what others are told, whatever it asks for', async () => {
    writer()
    const read = await reader()
    await agrees(read)
    await read.close()
    right(await jetStreamEventLog(suite.control, { cluster: 'test' }))
    right(await suite.control.jetstream.offer(nodeFeedStream, { name: 'two', subjects: ['nodes.to.two.>'], from: 1 }))
    const consumer = (name: string, filters: object) =>
      Buffer.from(
        JSON.stringify({
          stream_name: nodeFeedStream,
          config: { name, ack_policy: 'none', deliver_policy: 'all', ...filters },
        }),
      )
    const all = 'nodes.all'
    const wishes: readonly (readonly [string, Buffer])[] = [
      ...['OBJECTS', 'OBJ_OBJECTS', nodeFeedStream].flatMap(stream => [
        [`$JS.API.STREAM.INFO.${stream}`, Buffer.from('{"subjects_filter":">"}')] as const,
        [`$JS.API.STREAM.MSG.GET.${stream}`, Buffer.from('{"seq":1}')] as const,
        [`$JS.API.DIRECT.GET.${stream}`, Buffer.from('{"seq":1}')] as const,
        [`$JS.API.CONSUMER.CREATE.${stream}`, consumer('', { filter_subject: all })] as const,
        [`$JS.API.CONSUMER.CREATE.${stream}.one`, consumer('one', { filter_subjects: ['nodes.to.two.>'] })] as const,
        [`$JS.API.CONSUMER.CREATE.${stream}.one.${all}`, consumer('one', { filter_subject: all })] as const,
        [`$JS.API.CONSUMER.NAMES.${stream}`, Buffer.from('{}')] as const,
        [`$JS.API.CONSUMER.LIST.${stream}`, Buffer.from('{}')] as const,
        [`$JS.API.CONSUMER.DELETE.${stream}.two`, Buffer.from('')] as const,
        [`$JS.API.CONSUMER.RESET.${stream}.one`, Buffer.from('{"seq":1}')] as const,
        [`$JS.API.CONSUMER.INFO.${stream}.two`, Buffer.from('')] as const,
        [`$JS.API.CONSUMER.MSG.NEXT.${stream}.two`, Buffer.from('1')] as const,
      ]),
      ['nodes.to.one.core.pods.a.web', Buffer.from('{}')],
      [nodeSubjects('two').feed, Buffer.from('{"from":1}')],
    ]
    for (const [subject, question] of wishes)
      assert.ok(E.isLeft(await suite.node.request(subject, question, short)), `${subject} ${question.toString()}`)
    // Nor does an API server answer to it where it is not.
    const before = right(await suite.control.jetstream.state(nodeFeedStream)).lastSequence
    suite.node.publish(one.feed, Buffer.from('{"from":1}'), 'nodes.to.two.core.pods.a.forged')
    right(await askForNodeFeed(suite.node, one.feed)(1))
    assert.equal(right(await suite.control.jetstream.state(nodeFeedStream)).lastSequence, before)
  })

  it('steps over what a node has the server store on it, which takes nothing away', async () => {
    writer()
    const read = await reader()
    await write(configMap('kept'), { data: { k: 'v' } })
    await write(pod('kept'), onOne('kept'))
    await agrees(read)
    const before = right(await suite.control.jetstream.state(nodeFeedStream)).lastSequence
    right(await askForNodeFeed(suite.node, one.feed)(1))
    // Its own messages, stored as others', and an answer about another stream.
    const next = `$JS.API.CONSUMER.MSG.NEXT.${nodeFeedStream}.one`
    suite.node.publish(next, Buffer.from('{"batch":100,"no_wait":true}'), 'nodes.to.two.core.pods.a.kept')
    suite.node.publish('$JS.API.STREAM.INFO.LOGS', Buffer.from(''), 'nodes.to.one.core.pods.a.kept')
    suite.node.publish('$JS.API.STREAM.INFO.LOGS', Buffer.from(''), 'nodes.all')
    while (right(await suite.control.jetstream.state(nodeFeedStream)).lastSequence < before + 2) await turn()
    await write(configMap('kept'), { data: { k: 'again' } })
    await agrees(read)
    const late = await reader()
    await agrees(late)
  })
})
