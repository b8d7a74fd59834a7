import assert from 'node:assert/strict'
import type { FeedMark, ToldToAll } from '../src/index.ts'
import { feedBeginning, generalMessage, readNodeFeed } from '../src/index.ts'

const told = (name: string): ToldToAll => ({
  ref: { group: '', resource: 'pods', namespace: 'default', name },
  audience: { tag: 'All' },
  sequence: 7,
  uid: `uid of ${name}`,
  body: Buffer.from(
    JSON.stringify({ metadata: { name, namespace: 'default', labels: { app: 'web', tier: 'front' } } }),
  ),
})

const read = (all: readonly ToldToAll[], after = feedBeginning, mark?: FeedMark) => {
  const { subject, headers, data } = generalMessage(all, { run: 'run', after }, mark)
  const lines = [...headers, ['Nats-Expected-Last-Sequence', '4']].map(([name, value]) => `${name}: ${value}\r\n`)
  return { bytes: data.length, message: readNodeFeed({ subject, headers: lines.join(''), data, sequence: 5 }) }
}

describe('what all nodes are told', () => {
  it('is a fraction of what it says, as the server sends it once for each of them', () => {
    const all = Array.from({ length: 100 }, (_, i) => told(`web-${i}`))
    const { bytes, message } = read(all)
    const said = all.reduce((sum, { body }) => sum + (body?.length ?? 0), 0)
    assert.ok(bytes < said / 5, `${bytes} bytes for ${said}`)
    assert.deepEqual(
      message?.objects.map(({ body, ...rest }) => ({ ...rest, body: Buffer.from(body ?? []) })),
      all,
    )
  })

  it('says who was told something alone, in a few bytes each', () => {
    const alone = Array.from({ length: 1_000 }, (_, i) => {
      const run = i % 3 === 0 ? 'before' : 'run'
      return [`node-${i}.example`, { at: 1_000_001 + 2 * i, run }] as const
    })
    const after = { general: { at: 1_000_000, run: 'before' }, alone: new Map(alone) }
    const { bytes, message } = read([], after, { through: 1, base: 1 })
    assert.ok(bytes < 8_000, `${bytes} bytes`)
    assert.deepEqual([message?.after.general, message?.objects], [after.general, []])
    assert.deepEqual(new Map([...(message?.after.alone ?? [])].sort()), new Map([...after.alone].sort()))
  })

  it('is read likewise where it is short, and where it is an end', () => {
    const { body: _, ...end } = told('gone')
    assert.deepEqual(read([end]).message?.objects, [end])
    assert.deepEqual(read([]).message, undefined)
  })
})
