import assert from 'node:assert/strict'
import { builtinRegistry } from '@periplus/custom'
import { E } from '@periplus/prelude'
import type { Call } from '../src/http/call.ts'
import { writesIn } from '../src/group/read-group.ts'
import { parseWriteOptions } from '../src/write/write-options.ts'

const count = 900
const writes = Array.from({ length: count }, (_, at) => ({
  verb: 'create',
  object: {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: `m-${at}`, namespace: 'default' },
    data: { a: 'b' },
  },
}))

describe('a group of many writes', () => {
  it('is read in steps, with rests between its writes', () => {
    const query = new URLSearchParams()
    const options = parseWriteOptions(query, 'PatchOptions')
    assert.ok(E.isRight(options))
    const call = {
      ...{ query, request: { headers: {} }, user: { name: 'u', uid: '', groups: [], extra: {} } },
      warn: () => undefined,
    } as unknown as Pick<Call, 'query' | 'request' | 'user' | 'warn'>
    const steps = writesIn(Buffer.from(JSON.stringify({ writes })), call, builtinRegistry, options.right)
    let rests = 0
    let step = steps.next()
    for (; !step.done; step = steps.next()) rests++
    assert.ok(E.isRight(step.value))
    assert.equal(step.value.right.length, count)
    assert.ok(rests > count * 2, `${rests} rests`)
  })
})
