import assert from 'node:assert/strict'
import { E } from '@periplus/prelude'
import { formatLabelSelector, labelSelectorAsSelector, labelSelectorErrors, selects } from '@periplus/api'

describe('LabelSelector objects', () => {
  const selector = {
    matchLabels: { app: 'web' },
    matchExpressions: [
      { key: 'tier', operator: 'NotIn', values: ['db'] },
      { key: 'env', operator: 'In', values: ['b', 'a'] },
      { key: 'old', operator: 'DoesNotExist' },
    ],
  }

  it('select, and print as selector text', () => {
    assert.equal(formatLabelSelector(selector), 'app=web,env in (a,b),!old,tier notin (db)')
    assert.equal(selects(selector, { app: 'web', env: 'a' }), true)
    assert.equal(selects(selector, { app: 'web', env: 'a', old: '' }), false)
  })

  it('absent selects nothing, empty everything', () => {
    assert.equal(selects(undefined, {}), false)
    assert.equal(selects({}, undefined), true)
    assert.equal(formatLabelSelector({}), '<none>')
  })

  it('are refused with an unknown operator', () => {
    const odd = { matchExpressions: [{ key: 'a', operator: 'Like', values: ['b'] }] }
    const compiled = labelSelectorAsSelector(odd)
    assert.ok(E.isLeft(compiled))
    assert.deepEqual(compiled.left, { tag: 'BadRequest', message: '"Like" is not a valid label selector operator' })
    assert.equal(formatLabelSelector(odd), '<error>')
  })

  it('are validated with their paths', () => {
    const errors = labelSelectorErrors(
      {
        matchLabels: { app: '-' },
        matchExpressions: [
          { key: 'a', operator: 'In' },
          { key: '/', operator: 'Exists', values: ['x'] },
          { key: 'b', operator: 'Like' },
        ],
      },
      'spec.selector',
    )
    assert.deepEqual(
      errors.map(({ field, reason }) => [field, reason]),
      [
        ['spec.selector.matchLabels', 'FieldValueInvalid'],
        ['spec.selector.matchExpressions[0].values', 'FieldValueRequired'],
        ['spec.selector.matchExpressions[1].values', 'FieldValueForbidden'],
        ['spec.selector.matchExpressions[1].key', 'FieldValueInvalid'],
        ['spec.selector.matchExpressions[1].key', 'FieldValueInvalid'],
        ['spec.selector.matchExpressions[1].key', 'FieldValueInvalid'],
        ['spec.selector.matchExpressions[2].operator', 'FieldValueInvalid'],
      ],
    )
  })
})
