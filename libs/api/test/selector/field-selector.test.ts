import assert from 'node:assert/strict'
import { E } from '@periplus/prelude'
import { fieldMatcher, parseFieldSelector, pinnedName } from '@periplus/api'
import { ConfigMap, Pod } from '@periplus/kinds'

const parsed = (text: string) => {
  const requirements = parseFieldSelector(text)
  assert.ok(E.isRight(requirements))
  return requirements.right
}

describe('field selectors', () => {
  it('are read with all operators and escapes', () => {
    assert.deepEqual(parsed('a.b=c,d!=e,f==g,h=x\\,y\\=z\\\\,i='), [
      { field: 'a.b', operator: '=', value: 'c' },
      { field: 'd', operator: '!=', value: 'e' },
      { field: 'f', operator: '=', value: 'g' },
      { field: 'h', operator: '=', value: 'x,y=z\\' },
      { field: 'i', operator: '=', value: '' },
    ])
    assert.deepEqual(parsed(''), [])
    assert.equal(pinnedName(parsed('status.phase=Running,metadata.name=x')), 'x')
  })

  it('are refused when they cannot be read', () => {
    const odd = parseFieldSelector('abc')
    assert.ok(E.isLeft(odd))
    assert.deepEqual(odd.left, { tag: 'BadRequest', message: "invalid selector: 'abc'; can't understand 'abc'" })
    assert.ok(E.isLeft(parseFieldSelector('a=\\x')))
  })

  it('match what the kind offers, and nothing else', () => {
    const matcher = fieldMatcher(Pod, parsed('metadata.name=x,metadata.namespace!=kube-system'))
    assert.ok(E.isRight(matcher))
    assert.equal(matcher.right({ metadata: { name: 'x', namespace: 'default' } }), true)
    assert.equal(matcher.right({ metadata: { name: 'x', namespace: 'kube-system' } }), false)
    const unknown = fieldMatcher(Pod, parsed('spec.foo=x'))
    assert.ok(E.isLeft(unknown))
    assert.deepEqual(unknown.left, { tag: 'BadRequest', message: 'field label not supported: spec.foo' })
    const plain = fieldMatcher(ConfigMap, parsed('data.x=y'))
    assert.ok(E.isLeft(plain))
    const message = '"data.x" is not a known field selector: only "metadata.name", "metadata.namespace"'
    assert.deepEqual(plain.left, { tag: 'BadRequest', message })
  })
})
