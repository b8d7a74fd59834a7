import assert from 'node:assert/strict'
import type { Ingress } from '@periplus/kinds'
import { namedSince } from '@periplus/kinds'
import { builtInAdmission } from '../src/index.ts'
import type { Command } from '../src/index.ts'
import { kindOf, object, ok, world } from './world.ts'

const kind = kindOf('networking.k8s.io', 'ingresses')
const annotation = 'ingress.periplus.io/hosts-since'

describe('since when an Ingress names its hosts', () => {
  const backend = { service: { name: 'web', port: { number: 80 } } }
  const specOf = (hosts: readonly string[], ingressClassName = 'periplus') => ({
    ingressClassName,
    rules: hosts.map(host => ({ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } })),
  })
  const cluster = async () => {
    const it = world({ admission: builtInAdmission })
    const run = async (command: Command): Promise<Ingress> => {
      const { object: made } = ok(await it.run(command))
      it.catchUp()
      it.clock.advance(60_000)
      return made as Ingress
    }
    await run({ verb: 'create', kind: kindOf('', 'namespaces'), object: object({ metadata: { name: 'default' } }) })
    const metadata = { name: 'web', namespace: 'default' }
    const ref = { group: kind.group, resource: kind.resource, namespace: 'default', name: 'web' }
    return {
      it,
      create: (spec: object, more: object = {}) =>
        run({ verb: 'create', kind, object: object({ metadata: { ...metadata, ...more }, spec }) }),
      patch: (body: object, subresource?: 'status') =>
        run({ verb: 'patch', kind, ref, patch: { type: 'merge', body }, ...(subresource ? { subresource } : {}) }),
    }
  }

  it('is noted of those that it was not made with, and of nothing else', async () => {
    const { it, create, patch } = await cluster()
    assert.equal((await create(specOf(['a.example']))).metadata?.annotations, undefined)
    const at = new Date(it.clock.now()).toISOString()
    const later = await patch({ spec: specOf(['a.example', 'b.example']) })
    assert.deepEqual([...namedSince(later)], [['b.example', at]])
    const same = await patch({ metadata: { labels: { x: 'y' } } })
    assert.deepEqual([...namedSince(same)], [['b.example', at]])
    assert.deepEqual([...namedSince(await patch({ spec: specOf(['a.example']) }))], [])
  })

  it('begins anew with another class', async () => {
    const { it, create, patch } = await cluster()
    await create(specOf(['a.example'], 'other'))
    const at = new Date(it.clock.now()).toISOString()
    assert.deepEqual([...namedSince(await patch({ spec: specOf(['a.example']) }))], [['a.example', at]])
  })

  it('is nothing that a client could say, in whatever write', async () => {
    const { it, create, patch } = await cluster()
    const lie = { [annotation]: '{"a.example":"2000-01-01T00:00:00Z","b.example":"2000-01-01T00:00:00Z"}' }
    assert.deepEqual([...namedSince(await create(specOf(['a.example']), { annotations: lie }))], [])
    const at = new Date(it.clock.now()).toISOString()
    const said = await patch({ metadata: { annotations: lie }, spec: specOf(['a.example', 'b.example']) })
    assert.deepEqual([...namedSince(said)], [['b.example', at]])
    const inStatus = await patch({ metadata: { annotations: lie } }, 'status')
    assert.deepEqual([...namedSince(inStatus)], [['b.example', at]])
    const removed = await patch({ metadata: { annotations: { [annotation]: null } } })
    assert.deepEqual([...namedSince(removed)], [['b.example', at]])
  })
})
