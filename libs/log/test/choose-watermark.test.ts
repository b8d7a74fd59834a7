import assert from 'node:assert/strict'
import { isFarOver } from '../src/index.ts'

describe('a log that is compacted too slowly', () => {
  const log = { firstSequence: 1001, lastSequence: 2000, bytes: 1_000_000 }
  const isOver = (events: number, bytes: number): boolean => isFarOver(log, { events, bytes })

  it('has a quarter more than it is to have, of events or of bytes', () => {
    assert.equal(isOver(800, Infinity), false)
    assert.equal(isOver(799, Infinity), true)
    assert.equal(isOver(Infinity, 800_000), false)
    assert.equal(isOver(Infinity, 799_999), true)
  })

  it('is not one that has nothing', () => {
    assert.equal(isFarOver({ ...log, firstSequence: 2001, bytes: 0 }, { events: 0, bytes: 0 }), false)
  })
})
