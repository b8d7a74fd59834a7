import assert from 'node:assert/strict'
import { virtualClock } from '@periplus/prelude'
import type { LogBatch, RunLoss } from '@periplus/log-stream'
import { runOf } from '@periplus/log-stream/contract'
import { missingLines } from '../src/run/missing-lines.ts'

const run = runOf()
const batchOf = (from: number, to: number, losses: readonly RunLoss[] = []): LogBatch => ({
  ...{ position: from, storedAt: 0, losses },
  records: Array.from({ length: to - from + 1 }, (_, i) => ({
    ...run,
    ...{ stream: 'stdout' as const, time: 0n, number: from + i, objectSequence: 1, bytes: Buffer.from('x') },
  })),
})
const passed = (lines: number): RunLoss => ({ run, reason: 'Missing', lines, bytes: 0 })

describe('lines that a reading passed over', () => {
  const lost: [string, number][] = []
  const clock = virtualClock(0)
  const missing = () => missingLines(clock, ({ reason, lines }) => void lost.push([reason, lines]))
  beforeEach(() => lost.splice(0))

  it('are lost when they have not come within a minute', () => {
    const lines = missing()
    lines.look(batchOf(1, 3))
    lines.look(batchOf(10, 12, [passed(6)]))
    lines.look(batchOf(5, 6))
    clock.advance(59_000)
    assert.deepEqual(lost, [])
    clock.advance(2_000)
    assert.deepEqual(lost, [['Missing', 4]])
  })

  it('are not lost when they came late, or nobody looks any more', () => {
    const lines = missing()
    lines.look(batchOf(1, 3))
    lines.look(batchOf(6, 7, [passed(2)]))
    lines.look(batchOf(4, 5))
    lines.look(batchOf(10, 11, [passed(2)]))
    lines.stop()
    clock.advance(100_000)
    assert.deepEqual(lost, [])
  })

  it('are seen from one reading to the next', () => {
    const lines = missing()
    lines.begin()
    lines.look(batchOf(1, 3))
    lines.begin()
    lines.look(batchOf(8, 9))
    lines.look(batchOf(10, 10))
    clock.advance(61_000)
    assert.deepEqual(lost, [['Expired', 4]])
  })
})
