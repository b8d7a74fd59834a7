import assert from 'node:assert/strict'
import type { LimitRangeItem, Pod } from '@periplus/kinds'
import { limitErrors } from '../src/admission/limits.ts'

describe('a limit for a resource that is named like what every object inherits', () => {
  for (const name of ['constructor', '__proto__', 'toString'])
    it(`is one that no container names: ${name}`, () => {
      const pod: Pod = { spec: { containers: [{ name: 'c', image: 'i', resources: { limits: { cpu: '1' } } }] } }
      const item: LimitRangeItem = { type: 'Container', max: Object.fromEntries([[name, '1']]) }
      assert.deepEqual(limitErrors(item, 'pods', pod), [
        `maximum ${name} usage per Container is 1.  No limit is specified`,
      ])
    })
})
