import assert from 'node:assert/strict'
import { virtualClock } from '@periplus/prelude'
import { cutOf } from '@periplus/controller'
import type { KubernetesObject } from '@periplus/api'
import { lineOf, linesOf, sourceOf } from '@periplus/logs/contract'
import { clusterName, mayReach } from '../src/reach/reach.ts'
import { ownerOf } from '../src/routes/shares.ts'
import { lineQueue, partsOf } from '../src/run/line-queue.ts'
import { linePattern } from '../src/lines/pattern.ts'
import { parserOf } from '../src/lines/parse.ts'
import { right } from './world.ts'

const upTo = (last: number): readonly number[] => Array.from({ length: last }, (_, i) => i + 1)

describe('who has a sink', () => {
  const sinks = upTo(1_000).map(i => `uid-${i}`)
  const owners = (members: readonly string[]) => sinks.map(uid => ownerOf(uid, members))

  it('is one of those that live, each with about its share', () => {
    assert.equal(ownerOf('uid', []), undefined)
    const shares = owners(['a', 'b', 'c', 'd'])
    for (const member of ['a', 'b', 'c', 'd']) {
      const share = shares.filter(owner => owner === member).length
      assert.ok(share > 180 && share < 320, `${member}: ${share}`)
    }
  })

  it('changes only for the sinks of the member that goes', () => {
    const [before, after] = [owners(['a', 'b', 'c']), owners(['c', 'a'])]
    for (const [i, owner] of before.entries()) if (owner !== 'b') assert.equal(after[i], owner)
  })
})

describe('where a sink of a namespace may go', () => {
  const service = (namespace: string, name: string, ip: string) =>
    ({
      ...{ apiVersion: 'v1', kind: 'Service', metadata: { namespace, name } },
      spec: { clusterIP: ip, clusterIPs: [ip] },
    }) as KubernetesObject
  const pod = (namespace: string, name: string, ip: string, hostNetwork: boolean) =>
    ({
      ...{ apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name } },
      ...{ spec: { hostNetwork, containers: [] }, status: { podIPs: [{ ip }] } },
    }) as unknown as KubernetesObject
  const cut = cutOf([
    service('default', 'kubernetes', '10.96.0.1'),
    service('shop', 'loki', '10.96.0.7'),
    service('other', 'loki', '10.96.0.8'),
    pod('shop', 'redis', '10.88.0.7', false),
    pod('shop', 'agent', '10.88.0.1', true),
    pod('other', 'redis', '10.88.0.8', false),
  ])
  const allowed = mayReach({
    clusterNetworks: ['10.96.0.0/16', '10.88.0.0/16'],
    closed: ['192.0.2.10', '10.96.0.1', '2001:db8::/32', 'nonsense', '1.2.3.4/99'],
    open: ['127.0.0.9/32'],
  })

  it('is neither the machine nor the control plane, in whatever clothes', () => {
    for (const address of [
      ...['127.0.0.1', '127.255.255.255', '0.0.0.0', '169.254.169.254', '::1', '::', 'fe80::1', '224.0.0.1'],
      ...['::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:a9fe:a9fe', '192.0.2.10', '::ffff:192.0.2.10', '2001:db8::5'],
      ...['10.96.0.1', '255.255.255.255', '64:ff9b::7f00:1'],
    ])
      assert.equal(allowed(cut, 'shop', address), false, address)
    assert.equal(allowed(cut, 'default', '10.96.0.1'), false)
  })

  it('is the world, what the operator opens, and what is its own in the cluster', () => {
    for (const address of ['198.51.100.7', '2001:4860::1', '127.0.0.9', '::ffff:127.0.0.9', '10.96.0.7', '10.88.0.7'])
      assert.equal(allowed(cut, 'shop', address), true, address)
    for (const address of ['10.96.0.8', '10.88.0.8', '10.88.0.1', '10.96.0.99'])
      assert.equal(allowed(cut, 'shop', address), false, address)
  })

  it("knows the cluster's names", () => {
    assert.deepEqual(clusterName(cut, 'loki.shop.svc'), ['10.96.0.7'])
    assert.deepEqual(clusterName(cut, 'loki.shop.svc.cluster.local'), ['10.96.0.7'])
    assert.deepEqual(clusterName(cut, 'nobody.shop.svc'), [])
    assert.equal(clusterName(cut, 'example.com'), undefined)
  })
})

describe('the queue between reading and delivering', () => {
  const limits = { maxLines: 10, maxBytes: 100_000, maxWaitMilliseconds: 100 }
  const read = (from: number, to: number, position: number) => ({
    ...{ lines: linesOf(sourceOf(), from, to), position, storedAt: position },
  })

  it('has come as far as a message only with its last line', () => {
    assert.deepEqual(
      partsOf(read(1, 25, 7), limits).map(({ lines, position }) => [lines.length, position]),
      [
        [10, 6],
        [10, 6],
        [5, 7],
      ],
    )
    const large = lineOf(sourceOf(), 1, 'x'.repeat(200_000))
    assert.deepEqual(
      partsOf({ lines: [large, large], position: 3, storedAt: 0 }, limits).map(({ position }) => position),
      [2, 3],
    )
  })

  it('gives a batch when it is full, or when its first line has waited long enough', async () => {
    const clock = virtualClock(0)
    const queue = lineQueue(limits, (milliseconds, task) => clock.after(milliseconds, task))
    await queue.put(read(1, 4, 1))
    const first = queue.take()
    clock.advance(99)
    await queue.put(read(5, 6, 2))
    clock.advance(1)
    assert.deepEqual(
      (await first)?.lines.map(({ number }) => number),
      upTo(6),
    )
    await queue.put(read(7, 16, 3))
    assert.deepEqual([(await queue.take())?.lines.length, queue.oldest()], [10, undefined])
  })

  it('lets its writer wait when two batches are there, and go when it is closed', async () => {
    const clock = virtualClock(0)
    const queue = lineQueue(limits, (milliseconds, task) => clock.after(milliseconds, task))
    let done = false
    const writing = queue.put(read(1, 1_000, 1)).then(() => (done = true))
    await queue.take()
    await new Promise(resolve => setImmediate(resolve))
    assert.equal(done, false)
    queue.close()
    await writing
    assert.equal(await queue.take(), undefined)
  })

  it('moves on with messages that have no line for the sink, and holds but the last of them', async () => {
    const clock = virtualClock(0)
    const queue = lineQueue(limits, (milliseconds, task) => clock.after(milliseconds, task))
    for (let position = 1; position <= 100_000; position++) await queue.put({ lines: [], position, storedAt: position })
    clock.advance(100)
    assert.deepEqual(await queue.take(), { lines: [], position: 100_000, storedAt: 100_000 })
  })
})

describe('patterns and parsers of lines', () => {
  it('take time that grows with the line, whatever somebody writes', () => {
    const { found } = right(linePattern('(a+)+$'))
    assert.equal(found(`${'a'.repeat(10_000)}!`), false)
    for (const pattern of ['(', '(?=x)', '\\1', `(${'a{1000}'.repeat(5)}){10}`])
      assert.equal(linePattern(pattern)._tag, 'Left', pattern)
  })

  it('make fields of what fits, and leave alone what does not', () => {
    const json = right(parserOf({ format: 'json' }))
    assert.deepEqual(
      [...(json?.('{"a":1,"__proto__":{"b":2}}') ?? [])],
      [
        ['a', 1],
        ['__proto__', { b: 2 }],
      ],
    )
    for (const text of [
      '',
      '[1]',
      '7',
      '{',
      `{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`,
      `{"a":"${'x'.repeat(70_000)}"}`,
    ])
      assert.equal(json?.(text), undefined)
    const named = right(parserOf({ format: 'regex', pattern: '^(?P<level>[A-Z]+) (?P<__proto__>.*)$' }))
    assert.deepEqual(
      [...(named?.('INFO hello') ?? [])],
      [
        ['level', 'INFO'],
        ['__proto__', 'hello'],
      ],
    )
    assert.equal(named?.('nothing'), undefined)
  })
})
