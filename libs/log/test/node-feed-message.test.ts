import assert from 'node:assert/strict'
import type { ToldToAll } from '../src/index.ts'
import { generalMessage, readNodeFeed } from '../src/index.ts'

const told = (name: string): ToldToAll => ({
  ref: { group: '', resource: 'pods', namespace: 'default', name },
  audience: { tag: 'All' },
  sequence: 7,
  uid: `uid of ${name}`,
  body: Buffer.from(
    JSON.stringify({ metadata: { name, namespace: 'default', labels: { app: 'web', tier: 'front' } } }),
  ),
})

const read = (all: readonly ToldToAll[]) => {
  const { subject, headers, data } = generalMessage(all, 'run')
  const lines = [...headers, ['Nats-Expected-Last-Sequence', '4']].map(([name, value]) => `${name}: ${value}\r\n`)
  return { bytes: data.length, message: readNodeFeed({ subject, headers: lines.join(''), data, sequence: 5, time: 0 }) }
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

  it('is read likewise where it is short, and where it is an end', () => {
    const { body: _, ...end } = told('gone')
    assert.deepEqual(read([end]).message?.objects, [end])
    assert.deepEqual(read([]).message, undefined)
  })
})
