import assert from 'node:assert/strict'
import { tableOf } from '@periplus/api'
import { ConfigMap } from '@periplus/kinds'

const now = Date.parse('2026-01-01T00:05:10Z')
const object = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'a', creationTimestamp: '2026-01-01T00:00:00Z' },
  data: { k: 'v' },
}
const plain = { ...ConfigMap, columns: [] }

describe('tables', () => {
  it('have name and age where a kind declares no columns', () => {
    const table = tableOf(plain, [object], { now, includeObject: 'None', metadata: { resourceVersion: '7' } })
    assert.equal(table.apiVersion, 'meta.k8s.io/v1')
    assert.deepEqual(table.metadata, { resourceVersion: '7' })
    assert.deepEqual(
      table.columnDefinitions?.map(({ name, type, format, priority }) => [name, type, format, priority]),
      [
        ['Name', 'string', 'name', 0],
        ['Age', 'string', '', 0],
      ],
    )
    assert.deepEqual(table.rows, [{ cells: ['a', '5m10s'], object: null }])
  })

  it('carry the object, its metadata or nothing', () => {
    const carried = (includeObject: 'Object' | 'Metadata') =>
      tableOf(plain, [object], { now, includeObject }).rows[0]?.object
    assert.equal(carried('Object'), object)
    assert.deepEqual(carried('Metadata'), {
      kind: 'PartialObjectMetadata',
      apiVersion: 'meta.k8s.io/v1',
      metadata: object.metadata,
    })
  })

  it("have the kind's own columns, and no headers when asked so", () => {
    const table = tableOf(ConfigMap, [object], { now, includeObject: 'None', version: 'v1beta1', noHeaders: true })
    assert.equal(table.columnDefinitions, null)
    assert.equal(table.apiVersion, 'meta.k8s.io/v1beta1')
    assert.equal(table.rows[0]?.cells.length, ConfigMap.columns.length)
    assert.equal(table.rows[0]?.cells[0], 'a')
  })
})
