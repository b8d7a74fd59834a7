import assert from 'node:assert/strict'
import { relayedServices, tableFull } from '../../src/roles/node-network.ts'

describe('the kernel’s table of connections', () => {
  it('is said to be full shortly before new connections are dropped, and not where it cannot be read', () => {
    assert.equal(tableFull(94, 100), undefined)
    assert.match(tableFull(95, 100) ?? '', /^the kernel's table of connections is full \(95 of 100\)/)
    assert.equal(tableFull(NaN, NaN), undefined)
  })
})

describe('services of plain processes, on their node', () => {
  it('are never said to do all, and which are out of reach is told of a few of many', () => {
    const { works, reason, message } = relayedServices([], '127.64.0.10')
    assert.deepEqual([works, reason], [false, 'HandedOn'])
    assert.match(message, /network policies are not in force/)
    assert.doesNotMatch(message, /names|out of reach/)
    assert.match(relayedServices([], undefined).message, /names are not answered for \(port 53 may not be had\)$/)
    const many = Array.from({ length: 12 }, (_, n) => `s-${n}`)
    assert.match(relayedServices(many, '').message, /out of reach are s-0, .*, s-9, and 2 more$/)
  })
})
