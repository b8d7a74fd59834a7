import assert from 'node:assert/strict'
import type { Steps } from '@periplus/prelude'
import { matchConditions, validatingPolicy } from '../src/index.ts'
import type { AdmissionInput } from '../src/index.ts'

const data = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`k${n}`, 'x']))
const input = {
  object: { data },
  oldObject: null,
  request: { operation: 'CREATE' },
  namespaceObject: null,
  authorize: () => ({ allowed: false, reason: '' }),
} as unknown as AdmissionInput
/** Looks at each pair: 40,000 of them. */
const pairs = 'object.data.all(k, object.data.all(j, k == j || k != j))'

const counted = <A>(steps: Steps<A>): { readonly made: A; readonly rests: number } => {
  for (let rests = 0; ; rests++) {
    const step = steps.next()
    if (step.done) return { made: step.value, rests }
  }
}
/** One for each thousand of them, which are done within a turn. */
const enough = 40_000 / 1_000

describe('an expression that takes long', () => {
  it('rests where it is a condition', () => {
    const { made, rests } = counted(matchConditions([{ name: 'c', expression: pairs }])(input))
    assert.deepEqual(made, { tag: 'Matches' })
    assert.ok(rests >= enough, `${rests} rests`)
  })

  const policy = (expression: string, ...variables: readonly string[]) =>
    validatingPolicy({
      variables: variables.map((one, n) => ({ name: `v${n}`, expression: one })),
      validations: [{ expression, message: 'no' }],
    })
  it('rests where it is a variable, however it is asked for, and is evaluated once', () => {
    const once = counted(policy('variables.v0', pairs)(input))
    assert.deepEqual(once.made.denials, [])
    assert.ok(once.rests >= enough, `${once.rests} rests`)
    for (const expression of [
      'variables.v0 && variables.v0 == variables.v0',
      'has(variables.v0)',
      '[1, 2, 3].all(n, variables.v0)',
      'variables.v1',
    ]) {
      const { made, rests } = counted(policy(expression, pairs, '!variables.v0 || variables.v0')(input))
      assert.deepEqual(made.denials, [], expression)
      assert.ok(rests >= enough && rests < 1.5 * once.rests, `${expression}: ${rests} rests`)
    }
  })

  it('has no value where a variable has none', () => {
    const { made } = counted(policy('variables.v0 == 1', 'object.data.none')(input))
    assert.deepEqual(
      made.denials.map(({ message }) => message),
      [
        `expression 'variables.v0 == 1' resulted in error: composited variable "v0" fails to evaluate: no such key: none`,
      ],
    )
  })
})
