import assert from 'node:assert/strict'
import { E } from '@periplus/prelude'
import type { StoredMessage } from '@periplus/bus'
import { channel } from '../src/archive/channel.ts'
import { forgottenBlobs } from '../src/archive/forgotten-blobs.ts'
import { messagesOf } from '../src/archive/read-parts.ts'
import { readArchive } from '../src/archive/segments.ts'
import { eventOf, right } from '../src/contract/events.ts'
import { messageOf } from '../src/encoding/cloud-event.ts'
import { neverGoesBack, stretches } from '../src/horizons.ts'
import { archiveTo, dropForgotten, memoryBlobs, takeSnapshot } from '../src/index.ts'
import type { Blobs, Horizons } from '../src/index.ts'

const resources = ['events', 'pods', 'configmaps']

/** Messages 1 to 40, of kinds in turn: of each of twelve objects that comes and changes. */
const messages: readonly StoredMessage[] = Array.from({ length: 40 }, (_, i) => {
  const ref = { group: '', resource: resources[i % 3] ?? '', namespace: 'default', name: `web-${i % 4}` }
  const event = eventOf(ref.name, { ref, expected: Math.max(0, i - 11), type: i < 12 ? 'created' : 'spec-changed' })
  const { subject, headers, data } = messageOf('test', event)
  const text = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  return { subject, sequence: i + 1, time: (i + 1) * 1000, headers: text, data }
})

async function* between(after: number, upTo: number): AsyncGenerator<readonly StoredMessage[]> {
  const wanted = messages.filter(({ sequence }) => sequence > after && sequence <= upTo)
  for (let at = 0; at < wanted.length; at += 7) yield wanted.slice(at, at + 7)
}

class Killed extends Error {}

/** Blobs of a process that is killed as it begins the nth change: nothing of what it has begun and not ended is there. */
const killedAt = (blobs: Blobs, n: number): Blobs => {
  let changes = 0
  const change = (): void => {
    if (++changes >= n) throw new Killed()
  }
  return {
    ...blobs,
    write: async (...given) => {
      change()
      return blobs.write(...given)
    },
    remove: async name => {
      change()
      return blobs.remove(name)
    },
  }
}

describe('an archive in parts', () => {
  const keep = async (archive: Blobs, ends: readonly number[], kinds: readonly string[]): Promise<string> => {
    let [after, link] = [0, '']
    for (const upTo of ends) {
      const snapshots = memoryBlobs()
      const snapshot = right(await takeSnapshot({ blobs: snapshots, read: () => between(0, upTo) }, undefined, upTo))
      const read = (from: number) => between(from, upTo)
      link = right(await archiveTo(archive, snapshots, kinds)({ after, upTo, messages: read, snapshot })).link
      after = upTo
    }
    return link
  }
  const content = async (archive: Blobs): Promise<readonly string[]> =>
    right(await archive.list()).map(({ name, digest }) => `${name} ${digest}`)
  const kinds = ['events', 'pods']

  it('has each message in the part of its kind, and gives all of them in their order', async () => {
    const archive = memoryBlobs()
    await keep(archive, [15, 40], kinds)
    const { segments, loose } = right(await readArchive(archive))
    assert.deepEqual(loose, [])
    const found: number[] = []
    for (const segment of segments) {
      assert.deepEqual(segment.parts.map(({ kind }) => kind).toSorted(), ['*', 'events', 'pods'])
      for await (const batch of messagesOf(archive, segment, async () => false))
        found.push(...batch.map(({ sequence }) => sequence))
    }
    assert.deepEqual(
      found,
      messages.map(({ sequence }) => sequence),
    )
    assert.deepEqual(
      segments.map(({ until }) => until),
      [15_000, 40_000],
    )
  })

  it('is the same wherever whoever wrote it was killed, and nothing is left over', async () => {
    const whole = memoryBlobs()
    const link = await keep(whole, [15, 40], kinds)
    for (let n = 1; ; n++) {
      const archive = memoryBlobs()
      await keep(archive, [15], kinds)
      const before = await content(archive)
      // With other settings than the next try has.
      const killed = await keep(killedAt(archive, n), [15, 40], ['pods', 'secrets']).catch((error: unknown) => error)
      if (!(killed instanceof Killed)) break
      const { segments } = right(await readArchive(archive))
      assert.deepEqual(
        segments.map(({ upTo }) => upTo),
        [15],
        `killed at ${n}`,
      )
      assert.ok(before.every(one => one.includes('state-') || one.includes('segment-')))
      assert.equal(await keep(archive, [15, 40], kinds), link, `killed at ${n}`)
      assert.deepEqual(await content(archive), await content(whole), `killed at ${n}`)
    }
  })

  it('loses what is forgotten, wherever whoever removes it is killed, and nothing else', async () => {
    const horizons: Horizons = { events: 38, pods: 20, '*': 16 }
    const whole = memoryBlobs()
    await keep(whole, [5, 15, 30, 36], kinds)
    const going = forgottenBlobs(right(await readArchive(whole)), horizons)
    right(await dropForgotten(whole, horizons))
    const left = await content(whole)
    assert.deepEqual(
      left.map(name => (name.split(' ')[0] ?? '').replace(/0{4,}/g, '')).filter(name => name.startsWith('part')),
      [
        ...[
          'part-segment-15-30-OTHERS',
          'part-segment-15-30-pods',
          'part-segment-30-36-OTHERS',
          'part-segment-30-36-pods',
        ],
        ...['part-state-15-OTHERS', 'part-state-15-pods', 'part-state-30-OTHERS', 'part-state-30-pods'],
        ...['part-state-36-OTHERS', 'part-state-36-events', 'part-state-36-pods'],
      ],
    )
    for (let n = 1; n <= going.length; n++) {
      const archive = memoryBlobs()
      await keep(archive, [5, 15, 30, 36], kinds)
      await assert.rejects(dropForgotten(killedAt(archive, n), horizons), Killed)
      const found = right(await readArchive(archive))
      // The chain is whole from its beginning on, and what is read is there.
      assert.deepEqual(found.segments.at(-1)?.upTo, 36)
      for (const { parts, upTo } of found.segments)
        for (const { kind, blob } of parts)
          assert.ok(blob || upTo <= (horizons[kind] ?? 0), `${kind} up to ${upTo}, killed at ${n}`)
      right(await dropForgotten(archive, horizons))
      assert.deepEqual(await content(archive), left, `killed at ${n}`)
    }
  })

  it('keeps what a kind is read from where the state that should be read is not whole', async () => {
    const archive = memoryBlobs()
    await keep(archive, [5, 15, 30], kinds)
    const state = right(await archive.list()).find(({ name }) => /^part-state-0+15-pods$/.test(name))
    right(await archive.remove(state?.name ?? ''))
    const going = forgottenBlobs(right(await readArchive(archive)), { pods: 20 })
    assert.ok(!going.some(name => /segment-0+5-0+15-pods|state-0+5-pods/.test(name)), going.join())
    assert.ok(going.some(name => /segment-0+-0+5-pods/.test(name)))
  })

  it('is not written where its source fails', async () => {
    const archive = memoryBlobs()
    const snapshots = memoryBlobs()
    const snapshot = right(await takeSnapshot({ blobs: snapshots, read: () => between(0, 40) }, undefined, 40))
    async function* failing(): AsyncGenerator<readonly StoredMessage[]> {
      yield* between(0, 20)
      throw new Error('the log is away')
    }
    const tried = archiveTo(archive, snapshots, kinds)({ after: 0, upTo: 40, messages: failing, snapshot })
    await assert.rejects(tried, /the log is away/)
    assert.deepEqual(right(await readArchive(archive)).segments, [])
    const unwritable: Blobs = {
      ...archive,
      write: async (name, ...rest) =>
        name.endsWith('-pods') ? E.left({ tag: 'Unavailable', message: 'full' }) : archive.write(name, ...rest),
    }
    const refused = archiveTo(
      unwritable,
      snapshots,
      kinds,
    )({ after: 0, upTo: 40, messages: from => between(from, 40), snapshot })
    assert.deepEqual(await refused, E.left({ tag: 'Unavailable', message: 'full' }))
  })
})

describe('what is handed on', () => {
  it('comes in order, to a reader that is not far behind, until it ends', async () => {
    const one = channel<number>()
    const read: number[] = []
    const reading = (async () => {
      for await (const value of one.values()) read.push(value)
    })()
    for (let i = 0; i < 50; i++) {
      await one.give(i)
      assert.ok(i - (read.at(-1) ?? -1) <= 6)
    }
    one.end()
    await reading
    assert.deepEqual(
      read,
      Array.from({ length: 50 }, (_, i) => i),
    )
  })

  it('is not waited for where nobody reads any more', async () => {
    const one = channel<number>()
    const giving = (async () => {
      for (let i = 0; i < 20; i++) await one.give(i)
    })()
    one.close()
    await giving
  })
})

describe('horizons', () => {
  it('part a range where other kinds can be read than before', () => {
    const horizons = { events: 50, pods: 20, '*': 20 }
    assert.deepEqual(stretches(horizons, 1, 100), [
      { from: 1, to: 19 },
      { from: 20, to: 49 },
      { from: 50, to: 100 },
    ])
    assert.deepEqual(stretches(horizons, 20, 49), [{ from: 20, to: 49 }])
    assert.deepEqual(stretches({}, 5, 5), [{ from: 5, to: 5 }])
  })

  it('never go back, for no kind', () => {
    for (const [earlier, later, expected] of [
      [{}, {}, true],
      [{ pods: 5 }, { pods: 5 }, true],
      [{ pods: 5 }, { pods: 4 }, false],
      [{ pods: 5 }, {}, false],
      [{ pods: 5 }, { '*': 5 }, true],
      [{ pods: 5, '*': 3 }, { '*': 4 }, false],
      [{ '*': 3 }, { pods: 9 }, false],
    ] as const)
      assert.equal(neverGoesBack(earlier, later), expected, JSON.stringify([earlier, later]))
  })
})
