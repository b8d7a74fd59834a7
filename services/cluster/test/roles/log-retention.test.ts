import assert from 'node:assert/strict'
import type { Cut } from '@periplus/projection'
import { logRetentions } from '../../src/roles/log-retention.ts'

const namespaces = (all: Readonly<Record<string, Readonly<Record<string, string>>>>): Pick<Cut, 'list'> =>
  ({ list: () => Object.entries(all).map(([name, annotations]) => ({ metadata: { name, annotations } })) }) as never

describe('what namespaces say of their lines', () => {
  it('is an age, a size, or both; what cannot be read says nothing', () => {
    const age = 'logs.periplus.io/retention-age'
    const bytes = 'logs.periplus.io/retention-bytes'
    const found = logRetentions(
      namespaces({
        both: { [age]: '168h', [bytes]: '1Gi' },
        old: { [age]: '1h30m' },
        odd: { [age]: 'tomorrow', [bytes]: '-1' },
        none: {},
        zero: { [age]: '0s', [bytes]: '0' },
      }),
    )
    assert.deepEqual(
      [...found],
      [
        ['both', { mostMilliseconds: 168 * 3_600_000, mostBytes: 2 ** 30 }],
        ['old', { mostMilliseconds: 5_400_000 }],
      ],
    )
  })
})
