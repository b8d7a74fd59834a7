import assert from 'node:assert/strict'
import { fits, isPodAvailable, isPodReady, matchesNodeAffinity, nodeMisfit, tolerates } from '@periplus/kinds'
import type { Node, Pod, Taint, Toleration } from '@periplus/kinds'

const node = (labels: Record<string, string> = {}, taints: readonly Taint[] = []): Node => ({
  metadata: { name: 'n1', labels },
  spec: { taints },
})
const pod = (spec: Partial<NonNullable<Pod['spec']>> = {}): Pod => ({
  metadata: { name: 'p' },
  spec: { containers: [], ...spec },
})

describe('tolerations', () => {
  const taint: Taint = { key: 'k', value: 'v', effect: 'NoSchedule' }
  const table: readonly (readonly [string, Toleration, boolean])[] = [
    ['the same key, value and effect', { key: 'k', value: 'v', effect: 'NoSchedule', operator: 'Equal' }, true],
    ['no operator, which is Equal', { key: 'k', value: 'v' }, true],
    ['another value', { key: 'k', value: 'w' }, false],
    ['no value', { key: 'k' }, false],
    ['any value of the key', { key: 'k', operator: 'Exists' }, true],
    ['any value of another key', { key: 'l', operator: 'Exists' }, false],
    ['everything', { operator: 'Exists' }, true],
    ['everything of another effect', { operator: 'Exists', effect: 'NoExecute' }, false],
    ['any key with the value', { value: 'v' }, true],
    ['an operator that nobody knows', { key: 'k', value: 'v', operator: 'Like' }, false],
    ['a comparison, which is not switched on', { key: 'k', value: '1', operator: 'Gt' }, false],
  ]
  for (const [name, toleration, expected] of table)
    it(`${expected ? 'tolerate' : 'do not tolerate'} with ${name}`, () =>
      assert.equal(tolerates(toleration, taint), expected))
  it('take a taint without a value as one with an empty value', () =>
    assert.equal(tolerates({ key: 'k', value: '' }, { key: 'k', effect: 'NoExecute' }), true))
})

describe('node affinity', () => {
  const wants = (key: string, operator: string, values?: readonly string[], as = 'matchExpressions'): Pod => {
    const term = { [as]: [{ key, operator, ...(values ? { values } : {}) }] }
    return pod({
      affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] } } },
    })
  }
  const table: readonly (readonly [string, Pod, Record<string, string>, boolean])[] = [
    ['In', wants('k', 'In', ['a', 'b']), { k: 'b' }, true],
    ['In of a label that is not there', wants('k', 'In', ['a']), {}, false],
    ['NotIn of a label that is not there', wants('k', 'NotIn', ['a']), {}, true],
    ['Exists', wants('k', 'Exists'), { k: '' }, true],
    ['DoesNotExist', wants('k', 'DoesNotExist'), { k: '' }, false],
    ['Gt', wants('k', 'Gt', ['3']), { k: '4' }, true],
    ['Gt of the same', wants('k', 'Gt', ['3']), { k: '3' }, false],
    ['Lt', wants('k', 'Lt', ['-3']), { k: '-4' }, true],
    ['Gt with a sign', wants('k', 'Gt', ['+3']), { k: '+4' }, true],
    ['Gt of a fraction', wants('k', 'Gt', ['1']), { k: '1.5' }, false],
    ['Gt of nothing', wants('k', 'Gt', ['-1']), { k: '' }, false],
    ['Gt of a hexadecimal number', wants('k', 'Gt', ['1']), { k: '0x10' }, false],
    ['Gt beyond 64 bits', wants('k', 'Gt', ['1']), { k: '9223372036854775808' }, false],
    ['Gt with 64 bits', wants('k', 'Gt', ['9223372036854775806']), { k: '9223372036854775807' }, true],
    ['Gt with two bounds', wants('k', 'Gt', ['1', '2']), { k: '3' }, false],
    ['a label of a name that objects inherit', wants('constructor', 'Exists'), {}, false],
    ['the field of the name', wants('metadata.name', 'In', ['n1'], 'matchFields'), {}, true],
    ['the field of another name', wants('metadata.name', 'In', ['n2'], 'matchFields'), {}, false],
    ['the field of two names', wants('metadata.name', 'In', ['n1', 'n2'], 'matchFields'), {}, false],
    ['a node selector', pod({ nodeSelector: { k: 'v' } }), { k: 'v' }, true],
    ['a node selector that fails', pod({ nodeSelector: { k: 'v' } }), { k: 'w' }, false],
  ]
  for (const [name, one, labels, expected] of table)
    it(`${expected ? 'holds' : 'fails'}: ${name}`, () => assert.equal(matchesNodeAffinity(one, node(labels)), expected))

  it('a term without requirements matches nothing', () =>
    assert.equal(
      matchesNodeAffinity(
        pod({
          affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{}] } } },
        }),
        node(),
      ),
      false,
    ))
})

describe('the fit of a pod to a node', () => {
  const tainted = node({}, [
    { key: 'soft', effect: 'PreferNoSchedule' },
    { key: 'k', effect: 'NoSchedule' },
  ])
  it('asks for the name, the affinity and the taints, in this order', () => {
    assert.deepEqual(nodeMisfit(pod({ nodeName: 'n2', nodeSelector: { a: 'b' } }), tainted), { tag: 'NodeName' })
    assert.deepEqual(nodeMisfit(pod({ nodeSelector: { a: 'b' } }), tainted), { tag: 'NodeAffinity' })
    assert.deepEqual(nodeMisfit(pod(), tainted), {
      tag: 'TaintToleration',
      taint: { key: 'k', effect: 'NoSchedule' },
    })
    assert.equal(fits(pod({ tolerations: [{ key: 'k', operator: 'Exists' }] }), tainted), true)
  })
  it('looks at the taints of those effects alone that it is asked for', () =>
    assert.equal(nodeMisfit(pod(), tainted, ['NoExecute']), undefined))
})

describe('readiness', () => {
  const now = Date.UTC(2026, 0, 1)
  const ready = (status: string, lastTransitionTime?: string): Pod => ({
    metadata: { name: 'p' },
    status: { conditions: [{ type: 'Ready', status, ...(lastTransitionTime ? { lastTransitionTime } : {}) }] },
  })
  it('is the condition', () => {
    assert.deepEqual([isPodReady(ready('True')), isPodReady(ready('False')), isPodReady(pod())], [true, false, false])
  })
  it('becomes availability after minReadySeconds', () => {
    const since = '2025-12-31T23:59:50Z'
    assert.deepEqual(
      [0, 10, 11].map(seconds => isPodAvailable(ready('True', since), seconds, now)),
      [true, true, false],
    )
    assert.equal(isPodAvailable(ready('True'), 1, now), false, 'nobody knows since when')
    assert.equal(isPodAvailable(ready('False', since), 0, now), false)
  })
})
