import assert from 'node:assert/strict'
import { CustomResourceDefinition } from '@periplus/kinds'
import type { Candidate } from '../src/candidate/candidate.ts'
import { classify } from '../src/record/classify.ts'

describe('what a write says of a large object', () => {
  const members = 19_000
  const definition = (status: object, pattern = 'x') => ({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'wides.example.com', uid: 'u', generation: 3 },
    // Not one of them is the same value in memory.
    spec: Object.fromEntries(
      Array.from({ length: members }, (_, n) => [`p${n}`, { pattern: n === 0 ? pattern : 'x' }]),
    ),
    status,
  })
  const classified = (next: object) => {
    const candidate = { kind: CustomResourceDefinition, operation: 'update', previous: definition({ a: 1 }), next }
    const steps = classify(candidate as unknown as Candidate)
    let rests = 0
    for (;;) {
      const step = steps.next()
      if (step.done) return { said: step.value, rests }
      rests++
    }
  }

  it('is found with rests on the way', () => {
    const { said, rests } = classified(definition({ a: 2 }))
    assert.deepEqual([said.tag, said.tag === 'Event' && said.type], ['Event', 'status-changed'])
    assert.ok(rests >= Math.floor((2 * members) / 128), `${rests} rests`)
  })

  it('is what changed, and that nothing did', () => {
    assert.equal(classified(definition({ a: 1 })).said.tag, 'Nothing')
    const { said } = classified(definition({ a: 1 }, 'y'))
    assert.ok(said.tag === 'Event' && said.type === 'spec-changed')
    assert.equal(said.next.metadata?.generation, 4)
  })
})
