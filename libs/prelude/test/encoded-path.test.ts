import assert from 'node:assert/strict'
import { encodedPath } from '../src/index.ts'

describe('a path for a URL', () => {
  it('has its slashes, and of other characters only those that are unreserved', () => {
    assert.equal(encodedPath("a b/(c)'*!/é+%2F~-_."), 'a%20b/%28c%29%27%2A%21/%C3%A9%2B%252F~-_.')
    assert.equal(decodeURIComponent(encodedPath("x!'()*/y")), "x!'()*/y")
  })
})
