import assert from 'node:assert/strict'
import fc from 'fast-check'
import { E } from '@periplus/prelude'
import {
  everything,
  nothing,
  parseSelector,
  parseSelectorInSteps,
  selectorFromLabels,
  selectorOf,
  statusOf,
} from '@periplus/api'
import type { Operator, Requirement, Selector } from '@periplus/api'
import { restsOf } from '../rests-of.ts'

const parsed = (text: string): Selector => {
  const selector = parseSelector(text)
  assert.ok(E.isRight(selector), E.isLeft(selector) ? statusOf(selector.left).message : '')
  return selector.right
}
const refused = (text: string): string => {
  const selector = parseSelector(text)
  assert.ok(E.isLeft(selector))
  assert.equal(statusOf(selector.left).code, 400)
  return statusOf(selector.left).message ?? ''
}

const word = fc.stringMatching(/^[a-z0-9]([a-z0-9._-]{0,8}[a-z0-9])?$/)
const key = fc.oneof(
  word,
  fc.tuple(word, word).map(([prefix, name]) => `${prefix.replace(/[._]/g, '-').replace(/^-+|-+$/g, 'x')}.io/${name}`),
)
const values = fc.uniqueArray(fc.oneof(word, fc.constant('')), { minLength: 1, maxLength: 4 }).map(list => list.sort())
const requirement: fc.Arbitrary<Requirement> = fc.oneof(
  // `a in ()` is how Kubernetes, too, prints the one empty value, and it doesn't read that again.
  fc.record({
    key,
    operator: fc.constantFrom<Operator>('in', 'notin'),
    values: values.filter(list => list.join('') !== ''),
  }),
  fc.record({
    key,
    operator: fc.constantFrom<Operator>('=', '==', '!='),
    values: values.map(list => list.slice(0, 1)),
  }),
  fc.record(
    { key, operator: fc.constantFrom<Operator>('exists', '!'), values: fc.constant([]) },
    { noNullPrototype: true },
  ),
  fc.record(
    {
      key,
      operator: fc.constantFrom<Operator>('gt', 'lt'),
      values: fc.integer({ min: 0 }).map(n => [String(n)]),
    },
    { noNullPrototype: true },
  ),
)

describe('label selector text', () => {
  it('reads every operator', () => {
    assert.deepEqual(parsed('a=b,c!=d,e in (x,y),!f,g>1,h,i notin (z),j==k,l<2').requirements, [
      { key: 'a', operator: '=', values: ['b'] },
      { key: 'c', operator: '!=', values: ['d'] },
      { key: 'e', operator: 'in', values: ['x', 'y'] },
      { key: 'f', operator: '!', values: [] },
      { key: 'g', operator: 'gt', values: ['1'] },
      { key: 'h', operator: 'exists', values: [] },
      { key: 'i', operator: 'notin', values: ['z'] },
      { key: 'j', operator: '==', values: ['k'] },
      { key: 'l', operator: 'lt', values: ['2'] },
    ])
  })

  it('reads keys named in and notin, empty values and empty places in lists', () => {
    assert.equal(parsed('in,notin').toString(), 'in,notin')
    assert.equal(parsed('a=,b in (,x),c in (y,)').toString(), 'a=,b in (,x),c in (,y)')
    assert.equal(parsed(' a\t= b , ! c ').toString(), 'a=b,!c')
    assert.equal(parsed('').matches({ any: 'thing' }), true)
  })

  it('matches what each of its requirements matches alone, be they few or many (property)', () => {
    const few = fc.constantFrom('a', 'b', 'c')
    const near = requirement.chain(one => few.map(name => ({ ...one, key: name })))
    const noise = fc.constantFrom(0, 20)
    const labels = fc.dictionary(few, fc.oneof(word, fc.nat(9).map(String), fc.constant('')))
    fc.assert(
      fc.property(fc.array(near, { maxLength: 6 }), noise, labels, (requirements, more, found) => {
        const absent = Array.from({ length: more }, (_, at): Requirement => ({
          key: `x${at}`,
          operator: '!',
          values: [],
        }))
        const together = selectorOf([...requirements, ...absent]).matches(found)
        assert.equal(
          together,
          requirements.every(one => selectorOf([one]).matches(found)),
        )
      }),
    )
  })

  it('looks at an object once, and not once for each of its requirements', () => {
    let looks = 0
    const labels = new Proxy<Record<string, string>>(
      { app: 'web' },
      {
        get: (target, name: string) => (looks++, target[name]),
        getOwnPropertyDescriptor: (target, name) => (looks++, Reflect.getOwnPropertyDescriptor(target, name)),
      },
    )
    const texts = ['k', 'app'].map(name =>
      Array.from({ length: 5_000 }, (_, at) => `${name}${name === 'k' ? at : ''}!=v${at}`).join(),
    )
    for (const text of texts) assert.equal(parsed(text).matches(labels), true)
    assert.ok(looks < 20, String(looks))
  })

  it('prints what it reads again (property)', () => {
    fc.assert(
      fc.property(fc.array(requirement, { maxLength: 5 }), requirements => {
        const selector = selectorOf(requirements.map(one => ({ ...one })))
        assert.deepEqual(parsed(selector.toString()).requirements, selector.requirements)
      }),
    )
  })

  it('selects as it says', () => {
    const cases: readonly (readonly [string, Readonly<Record<string, string>>, boolean])[] = [
      ['a=b', { a: 'b' }, true],
      ['a=b', {}, false],
      ['a!=b', {}, true],
      ['a notin (b)', { a: 'b' }, false],
      ['a', { a: '' }, true],
      ['!a', { a: '' }, false],
      ['a>5', { a: '6' }, true],
      ['a>5', { a: 'x' }, false],
      ['a<5', {}, false],
      ['a in (b,c),d', { a: 'c', d: '' }, true],
      ['toString', {}, false],
    ]
    for (const [text, labels, expected] of cases) assert.equal(parsed(text).matches(labels), expected, text)
    assert.equal(everything.matches(undefined), true)
    assert.equal(nothing.matches({}), false)
    assert.equal(selectorFromLabels({ b: '1', a: '2' }).toString(), 'a=2,b=1')
  })

  it('complains as labels.Parse does', () => {
    assert.equal(refused('a,'), "found '', expected: identifier after ','")
    assert.equal(refused(',a'), "found ',', expected: !, identifier, or 'end of string'")
    assert.equal(refused('a b'), "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt")
    assert.equal(refused('a in b'), "unable to parse requirement: found 'b' expected: '('")
    assert.equal(refused('a in (b'), "unable to parse requirement: found '', expected: ',' or ')'")
    assert.equal(refused('a=b c'), "found 'c', expected: ',' or 'end of string'")
    assert.match(refused('-a=b'), /^unable to parse requirement: <nil>: Invalid value: "-a": name part must consist of/)
    assert.match(
      refused('a=-b'),
      /^unable to parse requirement: values\[0\]\[a\]: Invalid value: "-b": a valid label must be/,
    )
    assert.match(refused('a>b'), /the value must be an integer$/)
    assert.match(refused('a in ()'), /values set can't be empty$/)
  })

  it('is not slowed down by ten thousand requirements', () => {
    const text = Array.from({ length: 10_000 }, (_, i) => `key-${i}=value-${i}`).join(',')
    const selector = parsed(text)
    assert.equal(selector.requirements?.length, 10_000)
    assert.equal(selector.matches({ 'key-0': 'value-0' }), false)
    assert.equal(parsed(`a in (${Array.from({ length: 10_000 }, (_, i) => i).join(',')})`).matches({ a: '9999' }), true)
  })

  it('is read in steps, whatever there is much of', () => {
    const many = (one: (at: number) => string): string => Array.from({ length: 20_000 }, (_, at) => one(at)).join()
    for (const text of [
      many(at => `k${at}`),
      many(at => `k${at % 10}!=v${at}`),
      `a in (${many(at => `v${at}`)})`,
      `a in (${many(() => '')})`,
      `a notin (${many(at => `v${at}`)}),b`,
    ]) {
      const rests = restsOf(parseSelectorInSteps(text))
      assert.ok(rests >= Math.floor(20_000 / 128), `${rests} rests in ${text.slice(0, 20)}`)
    }
  })

  it('tells the first thousand complaints of a value list', () => {
    const bad = Array.from({ length: 20_000 }, (_, at) => `_${at}`).join()
    assert.equal(refused(`a in (${bad})`).split('Invalid value').length - 1, 1_000)
  })
})
