import assert from 'node:assert/strict'
import { seededRandom, systemClock } from '@periplus/prelude'
import { ConfigMap } from '@periplus/kinds'
import { memoryEventLog } from '@periplus/log'
import { mutableCut } from '@periplus/projection'
import type { Change } from '@periplus/projection'
import type { Accepted } from '../src/request/accept.ts'
import { framingOf } from '../src/watch/framing.ts'
import { watchHub } from '../src/watch/hub.ts'
import type { WatchPlan } from '../src/watch/plan.ts'
import { runWatch } from '../src/watch/session.ts'

const count = 50
const watchers = 100

const created = (name: string) => ({
  ...({ id: name, type: 'created', uid: name, expected: 0, previous: 0, time: '2025-01-01T00:00:00Z' } as const),
  ref: { group: '', resource: 'configmaps', namespace: 'default', name },
  origin: { actor: 'user:test', component: 'test', causes: [], correlationId: 'root' },
  body: Buffer.from(
    JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default', uid: name } }),
  ),
})

const rounds = (times: number): Promise<void> =>
  times === 0 ? Promise.resolve() : new Promise<void>(resolve => setImmediate(resolve)).then(() => rounds(times - 1))

/** Watches of all ConfigMaps over a cut in memory, and what each of them writes. */
const watching = (accepted: Accepted, namespace: string | undefined, hasRoom = true) => {
  const log = memoryEventLog()
  const cut = mutableCut()
  const hub = watchHub(cut)
  const over = new AbortController()
  const plan: WatchPlan = {
    kind: ConfigMap,
    selection: { namespace, name: undefined, everything: true, matches: () => true },
    framing: framingOf(ConfigMap, accepted, { include: 'Metadata', now: () => 0 }),
    ...{ initial: [], after: 0, announceEnd: false, bookmarks: false, timeoutMilliseconds: 60_000 },
  }
  const written = Array.from({ length: watchers }, (): Uint8Array[] => [])
  const running = written.map(bytes => {
    const sink = {
      write: (piece: Uint8Array) => bytes.push(piece) > 0 && hasRoom,
      drained: () => rounds(2),
    }
    return runWatch({ cut, log, hub, clock: systemClock }, plan, sink, over.signal)
  })
  let made = 0
  /** A batch of the log with as many new objects, when all follow live, and all that comes of it. */
  const batch = async (size: number): Promise<void> => {
    while (hub.watchers() < watchers) await rounds(1)
    for (let i = 0; i < size; i++) log.appendNow(created(`c${made++}`))
    cut.apply(log.slice(cut.sequence + 1))
    for (let last = -1; last < cut.sequence; last = hub.passedOn) await rounds(1)
    await rounds(2)
  }
  const stop = async (): Promise<void> => {
    over.abort()
    await Promise.all(running)
    hub.close()
  }
  return { cut, log, hub, written, batch, stop }
}

const json: Accepted = { encoding: 'json', form: { tag: 'Plain' } }

describe('what a hundred watches are told', () => {
  for (const encoding of ['json', 'protobuf'] as const)
    it(`of fifty events goes out in one write each, of the same bytes: ${encoding}`, async () => {
      const { written, batch, stop } = watching({ encoding, form: { tag: 'Plain' } }, 'default')
      // The first frame of a watch is its own.
      await batch(1)
      await batch(count)
      for (const pieces of written) assert.equal(pieces.length, 2)
      assert.equal(new Set(written.map(pieces => pieces[1])).size, 1, 'one piece for all')
      await stop()
    })

  it('is made once for those that fell behind together', async () => {
    const { written, batch, stop } = watching(json, undefined, false)
    await batch(1)
    // More than is written at once.
    await batch(700)
    await rounds(300)
    const pieces = written.flatMap(own => own.slice(1))
    const different = new Set(pieces).size
    assert.ok(different * 5 < pieces.length, `${different} pieces of ${pieces.length} are different ones`)
    await stop()
  })

  for (const hasRoom of [true, false])
    it(`has every event once, in order, whatever it was written with${hasRoom ? '' : ', where there is no room'}`, async () => {
      const { written, batch, stop } = watching(json, undefined, hasRoom)
      const random = seededRandom(7)
      let made = 0
      for (let i = 0; i < 12; i++) {
        const size = 1 + Math.floor(random() * 250)
        made += size
        await batch(size)
      }
      await rounds(200)
      const expected = Array.from({ length: made }, (_, at) => `c${at}`)
      for (const pieces of written) {
        const lines = Buffer.concat(pieces).toString().trimEnd().split('\n')
        const names = lines.map(
          line => (JSON.parse(line) as { object: { metadata: { name: string } } }).object.metadata.name,
        )
        assert.deepEqual(names, expected)
      }
      await stop()
    })
})

describe('the hub of watches', () => {
  it('says that it has passed on what it has, and nothing that waits', async () => {
    const { cut, log, hub, stop } = watching(json, undefined)
    await rounds(1)
    log.appendNow(created('a'))
    const told: Change[] = []
    cut.subscribe(changes => void told.push(...changes))
    cut.apply(log.slice(1))
    assert.equal(told.length, 1)
    assert.equal(hub.passedOn, 0, 'a bookmark would promise what is still to come')
    await rounds(3)
    assert.equal(hub.passedOn, 1)
    await stop()
  })
})
