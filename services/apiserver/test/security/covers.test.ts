import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { PolicyRule } from '@periplus/kinds'
import { uncovered } from '../../src/security/rbac/covers.ts'
import { missingText } from '../../src/security/rbac/missing-text.ts'
import { ruleAllows } from '../../src/security/rbac/rule.ts'

const some = (...values: string[]) => fc.subarray(values, { minLength: 1 })
const ruleOf = fc.record({
  verbs: some('get', 'list', '*'),
  apiGroups: some('', 'apps', '*'),
  resources: some('pods', 'pods/log', 'secrets', '*/log', '*'),
  resourceNames: fc.option(some('a', 'b', '*'), { nil: undefined }),
})
const narrow = fc.record({
  verbs: some('get', 'list'),
  apiGroups: some('', 'apps'),
  resources: some('pods', 'pods/log', 'secrets'),
  resourceNames: fc.option(some('a', 'b'), { nil: undefined }),
})

/** Every question that a rule over plain values says yes to; a name of `''` stands for all of them. */
const questionsOf = (rule: PolicyRule): readonly [verb: string, group: string, resource: string, name: string][] =>
  rule.verbs.flatMap(verb =>
    (rule.apiGroups ?? []).flatMap(group =>
      (rule.resources ?? []).flatMap(resource =>
        (rule.resourceNames ?? ['']).map(name => [verb, group, resource, name] as [string, string, string, string]),
      ),
    ),
  )

const many = (prefix: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${prefix}${i}`)

describe('what of a rule is not held', () => {
  it('is what the held rules do not allow, question by question', () => {
    fc.assert(
      fc.property(fc.array(ruleOf, { maxLength: 5 }), narrow, (held: PolicyRule[], wanted: PolicyRule) => {
        const missing = new Set(
          uncovered(held, [wanted]).flatMap(part => {
            assert.equal(part.tag, 'Resource')
            if (part.tag !== 'Resource') return []
            const { groups, resources, names, verbs } = part
            const resourceNames = names.map(name => name ?? '')
            return questionsOf({ verbs, apiGroups: groups, resources, resourceNames }).map(one => one.join(' '))
          }),
        )
        for (const question of questionsOf(wanted)) {
          const [verb, group, whole, name] = question
          const [resource = '', subresource = ''] = whole.split('/')
          const base = {
            tag: 'Resource',
            verb,
            group,
            version: 'v1',
            resource,
            subresource,
            namespace: '',
            name,
          } as const
          assert.equal(missing.has(question.join(' ')), !held.some(rule => ruleAllows(rule, base)), question.join(' '))
        }
      }),
      { numRuns: 500 },
    )
  })

  it('is told path by path', () => {
    const held = [{ verbs: ['get'], nonResourceURLs: ['/api/*', '/version'] }]
    const wanted = [{ verbs: ['get', 'post'], nonResourceURLs: ['/api/v1', '/api/*', '/version', '/metrics'] }]
    assert.equal(
      missingText(uncovered(held, wanted)),
      [
        '{NonResourceURLs:["/api/*"], Verbs:["post"]}',
        '{NonResourceURLs:["/api/v1"], Verbs:["post"]}',
        '{NonResourceURLs:["/metrics"], Verbs:["get"]}',
        '{NonResourceURLs:["/metrics"], Verbs:["post"]}',
        '{NonResourceURLs:["/version"], Verbs:["post"]}',
      ].join('\n'),
    )
  })

  it('takes steps in proportion to what the rules say, not to their product', () => {
    const huge = { verbs: many('v', 20), apiGroups: many('g', 1500), resources: many('r', 1500) }
    const steps = 30_000
    assert.deepEqual(uncovered([huge], [huge], steps), [])
    const [first, ...others] = huge.resources
    assert.deepEqual(uncovered([{ ...huge, resources: others }], [huge], steps), [
      { tag: 'Resource', groups: huge.apiGroups, resources: [first], names: [undefined], verbs: huge.verbs },
    ])
  })

  it('is everything that could not be shown to be held in the steps that are given', () => {
    const rules = many('r', 40).map((resource, i) => ({
      verbs: many('v', 40).filter((_, j) => (i + j) % 3 > 0),
      apiGroups: many('g', 40).filter((_, j) => (i * j) % 5 > 0),
      resources: [resource],
    }))
    const wanted = { verbs: many('v', 40), apiGroups: many('g', 40), resources: many('r', 40) }
    assert.ok(uncovered(rules, [wanted], 500).length > 0)
    assert.deepEqual(uncovered(rules, rules), [])
  })
})
