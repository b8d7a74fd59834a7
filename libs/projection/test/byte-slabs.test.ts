import assert from 'node:assert/strict'
import fc from 'fast-check'
import { byteSlabs } from '../src/cut/byte-slabs.ts'
import type { Slab, SlabUser } from '../src/cut/byte-slabs.ts'

class Lodger implements SlabUser {
  slab: Slab | undefined = undefined
  bytes: Buffer = Buffer.alloc(0)
  readonly mark: number

  constructor(mark: number) {
    this.mark = mark
  }

  relocate(bytes: Buffer): void {
    this.bytes = bytes
  }
}

const slabBytes = 256 * 1024

describe('byteSlabs', () => {
  it('keeps everybody’s bytes, and at most half of its memory empty', () => {
    const step = fc.record({
      length: fc.integer({ min: 1, max: 40_000 }),
      leave: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    fc.assert(
      fc.property(fc.array(step, { minLength: 50, maxLength: 200 }), steps => {
        const slabs = byteSlabs()
        let lodgers: Lodger[] = []
        steps.forEach(({ length, leave }, i) => {
          const lodger = new Lodger(i % 251)
          lodger.bytes = slabs.allocate(length, lodger)
          lodger.bytes.fill(lodger.mark)
          lodgers.push(lodger)
          if (leave < 0.7) {
            const [leaving] = lodgers.splice(Math.floor(leave * lodgers.length), 1)
            if (leaving) slabs.release(leaving)
          }
        })
        for (const { bytes, mark } of lodgers) assert.ok(bytes.every(byte => byte === mark))
        const housed = lodgers.filter(({ slab }) => slab)
        const held = new Set(housed.map(({ slab }) => slab)).size * slabBytes
        const needed = housed.reduce((sum, { bytes }) => sum + bytes.length, 0)
        assert.ok(held <= 2 * needed + slabBytes, `${held} bytes for ${needed}`)
        lodgers = []
      }),
      { numRuns: 30 },
    )
  })

  it('leaves what a reader still holds as it was', () => {
    const slabs = byteSlabs()
    const lodgers = Array.from({ length: 30 }, (_, i) => new Lodger(i + 1))
    for (const lodger of lodgers) {
      lodger.bytes = slabs.allocate(20_000, lodger)
      lodger.bytes.fill(lodger.mark)
    }
    const held = lodgers.map(({ bytes }) => bytes)
    for (const lodger of lodgers.slice(0, 12)) slabs.release(lodger)
    held.forEach((bytes, i) => assert.ok(bytes.every(byte => byte === i + 1)))
    assert.notEqual(lodgers[12]?.bytes, held[12], 'and moves those who stay')
  })
})
