import assert from 'node:assert/strict'
import type { Node, Pod } from '@periplus/kinds'
import { admit } from '../../src/admission/admit.ts'
import { noFeatures } from '../../src/node/features.ts'
import type { NodeSettings } from '../../src/settings.ts'

const amounts = { cpu: '2', memory: '1Gi', 'ephemeral-storage': '1Gi', pods: '3' }
const settings: NodeSettings = {
  nodeName: 'n1',
  hostname: 'n1',
  hostIps: [],
  clusterDns: [],
  clusterDomain: 'cluster.local',
  cgroupRoot: '/kubepods',
  seccompRoot: '/seccomp',
  features: noFeatures,
  singleProcessOomKill: true,
  allocatable: amounts,
  capacity: amounts,
}
const none = { memory: false, disk: false }
const node: Node = { metadata: { name: 'n1', labels: { disk: 'ssd', cores: '8' } }, spec: {} }
const pod = (spec: Partial<NonNullable<Pod['spec']>> = {}): Pod => ({
  metadata: { name: 'p' },
  spec: { containers: [], ...spec },
})
const asking = (requests: Record<string, string>, more = {}): Pod =>
  pod({ containers: [{ name: 'c', resources: { requests } }], ...more })
const listening = (hostPort: number, hostIP?: string, protocol?: string): Pod =>
  pod({
    containers: [
      {
        name: 'c',
        ports: [{ containerPort: 80, hostPort, ...(hostIP ? { hostIP } : {}), ...(protocol ? { protocol } : {}) }],
      },
    ],
  })
const affine = (key: string, operator: string, values?: readonly string[]): Pod =>
  pod({
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key, operator, ...(values ? { values } : {}) }] }],
        },
      },
    },
  })
const tainted: Node = { ...node, spec: { taints: [{ key: 'k', value: 'v', effect: 'NoExecute' }] } }

describe('the admission of a pod to its node', () => {
  const table: readonly (readonly [string, Pod, readonly Pod[], Node, string | undefined])[] = [
    ['an ordinary pod', pod(), [], node, undefined],
    ['a pod that just fits', asking({ cpu: '2', memory: '1Gi' }), [], node, undefined],
    ['too much cpu', asking({ cpu: '1500m' }), [asking({ cpu: '600m' })], node, 'OutOfcpu'],
    ['too much memory', asking({ memory: '1025Mi' }), [], node, 'OutOfmemory'],
    ['too many pods', pod(), [pod(), pod(), pod()], node, 'OutOfpods'],
    [
      'a limit counts as a request',
      pod({ containers: [{ name: 'c', resources: { limits: { cpu: '3' } } }] }),
      [],
      node,
      'OutOfcpu',
    ],
    [
      'the biggest init container counts',
      pod({ initContainers: [{ name: 'i', resources: { requests: { cpu: '3' } } }], containers: [] }),
      [],
      node,
      'OutOfcpu',
    ],
    ['overhead counts', asking({ cpu: '2' }, { overhead: { cpu: '1m' } }), [], node, 'OutOfcpu'],
    ['a wrong node selector', pod({ nodeSelector: { disk: 'hdd' } }), [], node, 'NodeAffinity'],
    ['a matching one', pod({ nodeSelector: { disk: 'ssd' } }), [], node, undefined],
    ['affinity In', affine('disk', 'In', ['ssd', 'nvme']), [], node, undefined],
    ['affinity NotIn', affine('disk', 'NotIn', ['ssd']), [], node, 'NodeAffinity'],
    ['affinity Exists', affine('gpu', 'Exists'), [], node, 'NodeAffinity'],
    ['affinity DoesNotExist', affine('gpu', 'DoesNotExist'), [], node, undefined],
    ['affinity Gt', affine('cores', 'Gt', ['4']), [], node, undefined],
    ['affinity Lt', affine('cores', 'Lt', ['4']), [], node, 'NodeAffinity'],
    ['a port that is taken', listening(8080), [listening(8080)], node, 'NodePorts'],
    ['at another address', listening(8080, '10.0.0.1'), [listening(8080, '10.0.0.2')], node, undefined],
    ['at any address', listening(8080, '0.0.0.0'), [listening(8080, '10.0.0.2')], node, 'NodePorts'],
    ['of another protocol', listening(8080, '', 'UDP'), [listening(8080)], node, undefined],
    ['a NoExecute taint', pod(), [], tainted, 'TaintToleration'],
    ['a tolerated one', pod({ tolerations: [{ key: 'k', operator: 'Exists' }] }), [], tainted, undefined],
    [
      'tolerated by value',
      pod({ tolerations: [{ key: 'k', value: 'v', effect: 'NoExecute' }] }),
      [],
      tainted,
      undefined,
    ],
    ['everything is tolerated', pod({ tolerations: [{ operator: 'Exists' }] }), [], tainted, undefined],
    ['another operating system', pod({ os: { name: 'windows' } }), [], node, 'PodOSNotSupported'],
    [
      'a forbidden sysctl',
      pod({ securityContext: { sysctls: [{ name: 'kernel.msgmax', value: '1' }] } }),
      [],
      node,
      'SysctlForbidden',
    ],
    [
      'an AppArmor profile where there is no AppArmor',
      pod({ securityContext: { appArmorProfile: { type: 'RuntimeDefault' } }, containers: [{ name: 'c' }] }),
      [],
      node,
      'AppArmor',
    ],
    [
      'one that wants none of AppArmor',
      pod({ securityContext: { appArmorProfile: { type: 'Unconfined' } }, containers: [{ name: 'c' }] }),
      [],
      node,
      undefined,
    ],
    [
      'strict supplemental groups',
      pod({ securityContext: { supplementalGroupsPolicy: 'Strict' } }),
      [],
      node,
      'SupplementalGroupsPolicyNotSupported',
    ],
    [
      'a safe one',
      pod({ securityContext: { sysctls: [{ name: 'net.ipv4.tcp_syncookies', value: '1' }] } }),
      [],
      node,
      undefined,
    ],
  ]
  for (const [name, of, active, on, reason] of table)
    it(`${name}: ${reason ?? 'taken'}`, () => assert.equal(admit(of, active, on, settings, none)?.reason, reason))

  describe('on a node that is short of something', () => {
    const asked = (of: Pod, pressure: Partial<typeof none>) => admit(of, [], node, settings, { ...none, ...pressure })
    it('takes nobody but critical pods while the disk is full', () => {
      assert.deepEqual(asked(asking({ cpu: '1' }), { disk: true }), {
        reason: 'Evicted',
        message: 'The node had condition: [DiskPressure]. ',
      })
      assert.equal(
        asked(pod(), { disk: true, memory: true })?.message,
        'The node had condition: [MemoryPressure DiskPressure]. ',
      )
      assert.equal(asked(pod({ priority: 2_000_001_000 }), { disk: true }), undefined)
    })
    it('takes who has asked for memory, or tolerates it, while there is little', () => {
      assert.equal(asked(pod({ containers: [{ name: 'c' }] }), { memory: true })?.reason, 'Evicted')
      assert.equal(asked(asking({ memory: '1Mi' }), { memory: true }), undefined)
      const tolerations = [{ key: 'node.kubernetes.io/memory-pressure', operator: 'Exists' }]
      assert.equal(asked(pod({ containers: [{ name: 'c' }], tolerations }), { memory: true }), undefined)
    })
  })

  it('says how much there was', () => {
    assert.equal(
      admit(asking({ cpu: '1500m' }), [asking({ cpu: '600m' })], node, settings, none)?.message,
      "Node didn't have enough resource: cpu, requested: 1500, used: 600, capacity: 2000",
    )
  })
})
