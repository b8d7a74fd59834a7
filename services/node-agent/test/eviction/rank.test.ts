import assert from 'node:assert/strict'
import type { Pod } from '@periplus/kinds'
import { evictionMessage } from '../../src/eviction/message.ts'
import { rank } from '../../src/eviction/rank.ts'
import type { PodUsage } from '../../src/eviction/rank.ts'
import { overLimit } from '../../src/volumes/overflow.ts'

const mebi = 2 ** 20
const storage = 'ephemeral-storage'

interface Given {
  readonly used: number
  readonly request?: string
  readonly limit?: string
  readonly priority?: number
  readonly phase?: string
}

const usage = (name: string, { used, request, limit, priority = 0, phase = 'Running' }: Given): PodUsage => {
  const resources = {
    ...(request === undefined ? {} : { requests: { [storage]: request } }),
    ...(limit === undefined ? {} : { limits: { [storage]: limit } }),
  }
  const pod: Pod = {
    metadata: { name },
    spec: { priority, containers: [{ name: 'main', resources }] },
    status: { phase },
  }
  const figures = { memory: 0, inodes: 0, [storage]: used * mebi }
  return { pod, total: figures, containers: new Map([['main', figures]]) }
}
const ranked = (...usages: readonly PodUsage[]) => rank(usages, storage).map(({ pod }) => pod.metadata?.name)

describe('eviction', () => {
  describe('ranks', () => {
    it('those above their requests first, whatever their priority', () =>
      assert.deepEqual(
        ranked(
          usage('within', { used: 90, request: '100Mi' }),
          usage('above', { used: 20, request: '10Mi', priority: 1000 }),
        ),
        ['above', 'within'],
      ))
    it('then by priority, then by how much is above the request', () =>
      assert.deepEqual(
        ranked(
          usage('important', { used: 900, priority: 10 }),
          usage('some', { used: 50 }),
          usage('most', { used: 500, request: '100Mi' }),
        ),
        ['most', 'some', 'important'],
      ))
    it('neither critical pods, nor those that have ended, nor those that hold nothing', () =>
      assert.deepEqual(
        ranked(
          usage('critical', { used: 500, priority: 2_000_000_000 }),
          usage('ended', { used: 500, phase: 'Failed' }),
          usage('small', { used: 0.01 }),
        ),
        [],
      ))
  })

  it('says why in the words of the kubelet', () =>
    assert.equal(
      evictionMessage(
        { signal: 'nodefs.available', quantity: 10 * mebi, available: 2 * mebi, soft: false },
        usage('a', { used: 30, request: '1Mi' }),
      ),
      'The node was low on resource: ephemeral-storage. Threshold quantity: 10240Ki, available: 2048Ki. ' +
        'Container main was using 30720Ki, request is 1024Ki, has larger consumption of ephemeral-storage. ',
    ))

  it('ends what takes more than its limit', () => {
    assert.equal(overLimit(usage('a', { used: 5, limit: '6Mi' })), undefined)
    assert.equal(overLimit(usage('a', { used: 5 })), undefined)
    const pod = usage('a', { used: 7, limit: '6Mi' })
    assert.equal(overLimit(pod), 'Pod ephemeral local storage usage exceeds the total limit of containers 6Mi. ')
    const beside = { name: 'beside', resources: { limits: { [storage]: '1Gi' } } }
    const both = { ...pod.pod, spec: { containers: [...(pod.pod.spec?.containers ?? []), beside] } }
    assert.equal(overLimit({ ...pod, pod: both }), 'Container main exceeded its local ephemeral storage limit "6Mi". ')
  })
})
