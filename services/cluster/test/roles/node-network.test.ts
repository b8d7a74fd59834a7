import assert from 'node:assert/strict'
import { tableFull } from '../../src/roles/node-network.ts'

describe('the kernel’s table of connections', () => {
  it('is said to be full shortly before new connections are dropped, and not where it cannot be read', () => {
    assert.equal(tableFull(94, 100), undefined)
    assert.match(tableFull(95, 100) ?? '', /^the kernel's table of connections is full \(95 of 100\)/)
    assert.equal(tableFull(NaN, NaN), undefined)
  })
})
