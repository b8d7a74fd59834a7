import assert from 'node:assert/strict'
import type { KubernetesObject } from '@periplus/api'
import { completed, eventOf, waking } from '@periplus/controller'
import type { Controller, Key } from '@periplus/controller'
import { kindsAt } from '@periplus/custom'
import { Lease } from '@periplus/kinds'
import { virtualClock } from '@periplus/prelude'
import { mutableCut } from '@periplus/projection'
import type { ChangedEntry } from '@periplus/projection'
import { garbageCollector, namespaceController, resourceQuotaController } from '../src/index.ts'

/** What a controller's watches read of a Lease that is written again and again, and whom they wake. */
const watched = (controller: Controller) => {
  const cut = mutableCut()
  let reads = 0
  const woken: string[] = []
  const { changed } = waking(controller, {
    ...{ cut, clock: virtualClock(0), queue: { add: ({ name }: Key) => void woken.push(name) } },
    onBug: (_key, error) => assert.fail(String(error)),
    onMissed: () => assert.fail('a watch threw'),
  })
  const counting = (entry: ChangedEntry | undefined): ChangedEntry | undefined =>
    entry && {
      ...{ ref: entry.ref, sequence: entry.sequence, bytes: entry.bytes, unreadable: undefined, uid: entry.uid },
      mentions: text => entry.mentions(text),
      object: () => {
        reads++
        return entry.object()
      },
    }
  cut.subscribe(changes =>
    changed(changes.map(({ event, before, after }) => ({ event, before: counting(before), after: counting(after) }))),
  )
  let sequence = 0
  const beat = (metadata: object = {}): void => {
    const lease = {
      metadata: { name: 'node-1', namespace: 'kube-node-lease', ...metadata },
      spec: { renewTime: `${sequence}` },
    }
    const object = completed(Lease, lease as KubernetesObject)
    const previous = sequence++
    cut.apply([eventOf(sequence, Lease, object, previous === 0 ? 'created' : 'spec-changed', previous)])
  }
  return { beat, woken, reads: () => reads }
}

const owner = { apiVersion: 'v1', kind: 'Node', name: 'node-1', uid: 'uid-node-1' }

describe('a heartbeat', () => {
  for (const controller of [garbageCollector(kindsAt), namespaceController(kindsAt), resourceQuotaController])
    it(`is not read for ${controller.name}`, () => {
      const { beat, woken, reads } = watched(controller)
      beat()
      const first = reads()
      for (let i = 0; i < 5; i++) beat()
      assert.deepEqual([reads() - first, woken], [0, []])
    })

  it('is garbage when it comes to have an owner that is not there, or to be another object', () => {
    const { beat, woken } = watched(garbageCollector(kindsAt))
    beat()
    beat({ ownerReferences: [owner] })
    assert.deepEqual(woken, ['uid-lease-node-1'])
    beat({ ownerReferences: [owner] })
    beat()
    beat({ deletionTimestamp: '2025-01-01T00:00:00Z', finalizers: ['foregroundDeletion'] })
    assert.deepEqual(woken, ['uid-lease-node-1', 'uid-lease-node-1'])
  })
})
