import assert from 'node:assert/strict'
import { E } from '@periplus/prelude'
import { parseYaml } from '../src/request/parse-yaml.ts'
import type { Answered } from './client.ts'
import { suiteServer } from './suite-server.ts'

const value = (text: string): unknown => {
  const parsed = parseYaml(Buffer.from(text))
  assert.ok(E.isRight(parsed), text)
  return parsed.right.value
}
const refusal = (text: string): string => {
  const parsed = parseYaml(Buffer.from(text))
  assert.ok(E.isLeft(parsed) && parsed.left.tag === 'BadRequest', text)
  return parsed.left.message
}

describe('YAML', () => {
  it('is what JSON would be: keys are text, integers keep their digits', () => {
    assert.deepEqual(value('1: 9007199254740993\ntrue: [~, 1.5, 0x10, 18446744073709551616, "1"]\n'), {
      '1': 9007199254740993n,
      true: [null, 1.5, 16, 18446744073709552000, '1'],
    })
    assert.deepEqual(value('a: &x {b: 1}\nc: *x\nd: &x 2\ne: *x\n'), { a: { b: 1 }, c: { b: 1 }, d: 2, e: 2 })
    assert.deepEqual(value('__proto__: {a: 1}'), Object.fromEntries([['__proto__', { a: 1 }]]))
  })

  it('names each key that stands twice, up to a hundred', () => {
    const parsed = parseYaml(Buffer.from('a: 1\n'.repeat(2000)))
    assert.ok(E.isRight(parsed))
    assert.deepEqual(parsed.right.value, { a: 1 })
    assert.equal(parsed.right.duplicates.length, 100)
    assert.equal(parsed.right.duplicates[0], 'yaml: line 2: key "a" already set in map')
  })

  it('that grows without end is refused', () => {
    const laughs = ['a: &a0 [x,x,x,x,x,x,x,x,x]']
    for (let level = 1; level < 12; level++)
      laughs.push(
        `b${level}: &a${level} [${Array(9)
          .fill(`*a${level - 1}`)
          .join(',')}]`,
      )
    assert.match(refusal(laughs.join('\n')), /excessive aliasing/)
    assert.match(refusal('a: &a [*a]'), /anchor 'a' value contains itself/)
    assert.match(refusal('a: *b'), /b/)
    assert.match(refusal('['.repeat(100_000)), /exceeded max depth/)
    assert.match(refusal('a: .nan'), /unsupported value: NaN/)
    assert.match(refusal('[a]: 1'), /a key of a mapping is no scalar/)
  })
})

describe('a body of YAML', () => {
  const { client } = suiteServer()

  const post = (body: string, user: string): Promise<Answered> =>
    client.ask('/api/v1/namespaces/default/configmaps', {
      method: 'POST',
      headers: { 'content-type': 'application/yaml', 'x-test-user': user },
      body,
    })

  it('that nests without end is refused, and the server goes on', async () => {
    for (const body of ['? '.repeat(4000), '['.repeat(100_000), '- '.repeat(20_000), '{a: '.repeat(20_000)]) {
      const refused = await post(body, 'mallory')
      assert.equal(refused.status, 400)
      assert.match(refused.text, /yaml: exceeded max depth/)
    }
    assert.equal((await client.ask('/readyz')).status, 200)
  })
})
