import assert from 'node:assert/strict'
import type { Kind } from '@periplus/api'
import * as kinds from '@periplus/kinds'
import { servedResources } from './reference/served-resources.ts'

/** Kubernetes has the readings of another server. */
const builtinKinds = kinds.builtinKinds.filter(({ group }) => group !== 'metrics.k8s.io')

const keyOf = ({ group, version, resource }: Kind): string => `${group}/${version}/${resource}`

/** Where the reference's paths say `connect`, discovery names the verbs that connecting takes. */
const connecting: Readonly<Record<string, readonly string[]>> = {
  attach: ['create', 'get'],
  exec: ['create', 'get'],
  portforward: ['create', 'get'],
  proxy: ['create', 'delete', 'get', 'patch', 'update'],
}

describe('every built-in kind, held against the paths of Kubernetes', () => {
  const served = servedResources()

  it('serves every resource in every version, and no other', () => {
    assert.deepEqual(builtinKinds.map(keyOf).sort(), [...served.keys()].sort())
  })

  for (const kind of builtinKinds)
    it(keyOf(kind), () => {
      const facts = served.get(keyOf(kind))
      assert.ok(facts)
      assert.equal(kind.namespaced, facts.namespaced)
      assert.deepEqual([...kind.verbs].sort(), facts.verbs)
      const { status, scale, ...others } = facts.subresources
      assert.equal(kind.hasStatus, status !== undefined)
      assert.equal(kind.scale !== undefined, scale !== undefined)
      assert.deepEqual(
        Object.fromEntries(kind.subresources.map(({ name, verbs }) => [name, [...verbs].sort()])),
        Object.fromEntries(Object.entries(others).map(([name, verbs]) => [name, connecting[name] ?? verbs])),
      )
      const shape = kind.schema.shape
      assert.ok(shape.tag === 'struct' && shape.name.endsWith(`.${kind.kind}`))
    })

  it('stores exactly one version of each resource', () => {
    const stored = new Map<string, number>()
    for (const { group, resource, stored: is } of builtinKinds)
      stored.set(`${group}/${resource}`, (stored.get(`${group}/${resource}`) ?? 0) + (is ? 1 : 0))
    // Events of events.k8s.io live as core events.
    assert.equal(stored.get('events.k8s.io/events'), 0)
    stored.delete('events.k8s.io/events')
    assert.deepEqual(
      [...stored].filter(([, versions]) => versions !== 1),
      [],
    )
  })

  it('names each kind once', () => {
    const names = builtinKinds.map(({ group, version, kind }) => `${group}/${version}/${kind}`)
    assert.equal(new Set(names).size, names.length)
  })
})
