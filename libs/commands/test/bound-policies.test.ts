import assert from 'node:assert/strict'
import { ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding } from '@periplus/kinds'
import { validatingPolicies } from '../src/policies/policies.ts'

describe('policies that are at work', () => {
  it('are found with their bindings by looking at each once, however many there are', () => {
    let looks = 0
    const binding = (at: number) => {
      const spec = { policyName: `p${at % 300}`, validationActions: ['Deny'] }
      return Object.defineProperty({ metadata: { name: `b${at}` } }, 'spec', { get: () => (looks++, spec) })
    }
    const policies = Array.from({ length: 301 }, (_, at) => ({ metadata: { name: `p${at}` }, spec: {} }))
    const lists = new Map<unknown, readonly unknown[]>([
      [ValidatingAdmissionPolicy, policies],
      [ValidatingAdmissionPolicyBinding, Array.from({ length: 600 }, (_, at) => binding(at))],
    ])
    const cut = { list: (kind: unknown) => lists.get(kind) ?? [] } as unknown as Parameters<
      typeof validatingPolicies
    >[0]
    const found = validatingPolicies(cut)
    assert.equal(found.length, 300)
    assert.deepEqual(
      found[7]?.bindings.map(({ name }) => name),
      ['b7', 'b307'],
    )
    assert.ok(looks <= 2 * 600, `${looks} looks at 600 bindings`)
    assert.equal(validatingPolicies(cut), found)
    // One more of them is looked at, and so is whose the others are.
    lists.set(ValidatingAdmissionPolicyBinding, [...(lists.get(ValidatingAdmissionPolicyBinding) ?? []), binding(300)])
    looks = 0
    assert.equal(validatingPolicies(cut)[0]?.bindings.length, 3)
    assert.ok(looks <= 602, `${looks} looks at 601 bindings`)
  })
})
