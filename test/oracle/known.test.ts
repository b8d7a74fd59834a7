import assert from 'node:assert/strict'
import type { Difference } from './compare.ts'
import type { Question } from './judge.ts'
import { isKnown } from './known.ts'

describe('differences that stand', () => {
  const refused = (path: string): Difference => ({
    sort: 'stored',
    field: `${path.replace(/\[\d+\]/g, '[]')} FieldValueForbidden`,
    detail: `only theirs ${path} (FieldValueForbidden): Forbidden`,
  })
  const pod = (part: object): Question => ({ op: 'create', object: { spec: part } })

  it('are of empty lists that have no place, and of no others', () => {
    const claims = (value: unknown): boolean =>
      isKnown('/pods', pod({ resources: { claims: value } }), refused('spec.resources.claims'))
    assert.deepEqual([claims([]), claims([{ name: 'a' }]), claims(undefined)], [true, false, false])
    const debug = (name: string, value: unknown): boolean =>
      isKnown(
        '/pods',
        pod({ ephemeralContainers: [{ [name]: value }] }),
        refused(`spec.ephemeralContainers[0].${name}`),
      )
    assert.ok(debug('ports', []) && debug('resources', { limits: {} }))
    assert.ok(!debug('ports', [{ containerPort: 80 }]) && !debug('lifecycle', {}))
    assert.ok(!debug('resources', { limits: { cpu: '1' } }))
  })

  it('are of amounts below zero that Kubernetes rounds upwards', () => {
    const differ = (text: string, ours: string, theirs: string, field = 'value'): boolean =>
      isKnown(
        'quantities',
        { op: 'quantity', texts: [text, '0'] },
        { sort: 'result', field, detail: `ours "${ours}", theirs "${theirs}"` },
      )
    assert.ok(differ('-0.0000000001', '-1', '1') && differ('-1.5', '-2', '-1') && differ('-1.5m', '-2', '-1', 'milli'))
    assert.ok(differ('-147483644.0000000001M', '-147483644000001', '-1925130691'))
    assert.ok(
      differ('-88501118.5Ki', '-90625145344', '1608575025') && !differ('-90625145344', '-90625145344', '1608575025'),
    )
    assert.ok(differ('-9223372036854775807u', '-9223372036855', '1'))
    assert.ok(!differ('-2', '-2', '-1') && !differ('-1.5', '-2', '-3') && !differ('-1.5', '-2', '5'))
  })
})
