import assert from 'node:assert/strict'
import { thrownAt, thrownText } from '../src/index.ts'

const thrownBy = (task: () => unknown): unknown => {
  try {
    task()
  } catch (error) {
    return error
  }
  throw new Error('it did not throw')
}

describe('what was thrown', () => {
  const secret = 'hunter2'
  const quoting: Readonly<Record<string, () => unknown>> = {
    'a parser': () => JSON.parse(secret),
    'an operator': () => 'length' in (secret as unknown as object),
    'an own error': () => {
      throw new Error(`cannot do ${secret}`)
    },
    'a number': () => BigInt(secret),
    'a time zone': () => new Intl.DateTimeFormat('en', { timeZone: secret }),
    'no error': () => {
      throw secret as unknown as Error
    },
  }
  for (const [what, task] of Object.entries(quoting))
    it(`is told without what ${what} quotes`, () => {
      const error = thrownBy(task)
      assert.doesNotMatch(thrownText(error) + thrownAt(error), new RegExp(secret))
    })

  it('is told in the language’s own words where they quote nothing', () => {
    assert.equal(thrownText(thrownBy(() => new Date(NaN).toISOString())), 'RangeError: Invalid time value')
    const nothing = undefined as unknown as { readonly secretKey: string }
    assert.equal(thrownText(thrownBy(() => nothing.secretKey)), 'TypeError: Cannot read properties of undefined')
  })

  it('is told with its place in the code', () =>
    assert.match(thrownAt(thrownBy(() => new Date(NaN).toISOString())), /thrown\.test\.ts/))
})
