import assert from 'node:assert/strict'
import { expand } from '../../src/env/expand.ts'

describe('$(NAME) expansion', () => {
  const lookup = (name: string) =>
    new Map([
      ['A', '1'],
      ['B', '$(A)'],
      ['EMPTY', ''],
    ]).get(name)
  const table: readonly (readonly [string, string])[] = [
    ['plain', 'plain'],
    ['$(A)', '1'],
    ['x$(A)y$(A)', 'x1y1'],
    ['$(UNKNOWN)', '$(UNKNOWN)'],
    ['$(B)', '$(A)'],
    ['$(EMPTY)', ''],
    ['$$(A)', '$(A)'],
    ['$$$(A)', '$1'],
    ['$', '$'],
    ['a$', 'a$'],
    ['$A', '$A'],
    ['$(A', '$(A'],
    ['$()', '$()'],
  ]
  for (const [text, expected] of table) it(`${text} is ${expected}`, () => assert.equal(expand(text, lookup), expected))
})
