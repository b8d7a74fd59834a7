import assert from 'node:assert/strict'
import { atOnce, E } from '@periplus/prelude'
import { fieldMatcherInSteps, parseFieldSelectorInSteps, pinnedName } from '@periplus/api'
import { ConfigMap, Pod } from '@periplus/kinds'
import { restsOf } from '../rests-of.ts'

const parseFieldSelector = (text: string) => atOnce(parseFieldSelectorInSteps(text))
const fieldMatcher = (...given: Parameters<typeof fieldMatcherInSteps>) => atOnce(fieldMatcherInSteps(...given))

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
    assert.deepEqual(parsed(',,a=b,,'), parsed('a=b'))
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

  it('are read and made a test in steps', () => {
    const text = Array.from({ length: 20_000 }, (_, at) => `metadata.name!=x${at}`).join()
    for (const steps of [
      parseFieldSelectorInSteps(text),
      fieldMatcherInSteps(Pod, parsed(text)),
      parseFieldSelectorInSteps(','.repeat(20_000)),
    ]) {
      const rests = restsOf(steps)
      assert.ok(rests >= Math.floor(20_000 / 128), `${rests} rests`)
    }
  })
})
