import type { KubernetesObject, Stored } from '@periplus/api'
import { mutableCut } from '@periplus/projection'
import { findsByIndexes } from '@periplus/projection/contract'
import { memoryEventLog } from '@periplus/log'
import { CutAhead } from '../src/group/cut-ahead.ts'
import { kindOf, object, ok, refOf, world } from './world.ts'

describe('a cut as it will be once a group of commands is written', () => {
  it('finds by indexes what is there, what will have moved, and no longer what will be gone', async () => {
    const log = memoryEventLog()
    const it = world({ log })
    const pod = (name: string, owner: string, nodeName?: string): KubernetesObject =>
      object({
        metadata: {
          ...{ name, namespace: 'default', uid: name, labels: { app: name } },
          ownerReferences: [
            { apiVersion: 'v1', kind: 'ConfigMap', name: owner, uid: owner, controller: owner === 'b' },
          ],
        },
        spec: { containers: [{ name: 'c', image: 'i' }], ...(nodeName ? { nodeName } : {}) },
      })
    for (const one of [pod('one', 'a'), pod('two', 'a', 'n1'), pod('three', 'b')]) {
      ok(await it.run({ verb: 'create', kind: kindOf('', 'pods'), object: one }))
      it.catchUp()
    }
    const cut = mutableCut()
    cut.apply(log.slice(1))
    const ahead = new CutAhead(cut)
    findsByIndexes(ahead)
    const put = (name: string, next: KubernetesObject | undefined): void =>
      ahead.put(refOf('', 'pods', 'default', name), cut.sequence, next as Stored<KubernetesObject> | undefined)
    put('one', { kind: 'Pod', apiVersion: 'v1', ...pod('one', 'b', 'n1') })
    put('two', undefined)
    put('four', { kind: 'Pod', apiVersion: 'v1', ...pod('four', 'a', 'n2') })
    findsByIndexes(ahead)
  })
})
