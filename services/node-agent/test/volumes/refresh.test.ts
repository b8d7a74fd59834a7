import assert from 'node:assert/strict'
import type { Volume } from '@periplus/kinds'
import { cutOf } from '@periplus/controller'
import type { KubernetesObject } from '@periplus/api'
import { virtualClock } from '@periplus/prelude'
import { refreshVolumes } from '../../src/volumes/refresh.ts'

describe('volumes that grow old though nothing changes', () => {
  const driver = (name: string, requiresRepublish: boolean) =>
    ({
      apiVersion: 'storage.k8s.io/v1',
      kind: 'CSIDriver',
      metadata: { name },
      spec: { requiresRepublish },
    }) as KubernetesObject
  const token = { sources: [{ serviceAccountToken: { path: 'token' } }] }
  const volumes: Readonly<Record<string, Omit<Volume, 'name'>>> = {
    token: { projected: token },
    again: { csi: { driver: 'again' } },
    once: { csi: { driver: 'once' } },
    trust: { projected: { sources: [{ clusterTrustBundle: { name: 'ca', path: 'ca.crt' } }] } },
    files: { projected: { sources: [{ configMap: { name: 'c' } }] } },
  }

  it('are brought up to date every minute: tokens, anchors of trust, and what drivers want to be asked for again', async () => {
    const clock = virtualClock(0)
    const ending = new AbortController()
    const turns: (readonly string[])[] = []
    const done = refreshVolumes({
      clock,
      signal: ending.signal,
      cut: cutOf([driver('again', true), driver('once', false)]),
      refresh: concerns =>
        void turns.push(
          Object.entries(volumes)
            .filter(([, volume]) => concerns({ spec: { containers: [], volumes: [{ name: 'v', ...volume }] } }))
            .map(([name]) => name),
        ),
    })
    clock.advance(59_000)
    await new Promise(setImmediate)
    assert.deepEqual(turns, [])
    clock.advance(1_000)
    await new Promise(setImmediate)
    assert.deepEqual(turns, [['token', 'again', 'trust']])
    ending.abort()
    await done
  })
})
