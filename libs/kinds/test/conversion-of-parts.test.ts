import assert from 'node:assert/strict'
import type { Kind, KubernetesObject } from '@periplus/api'
import { builtinKinds } from '@periplus/kinds'

const metadata = { name: 'a' }

describe('what is applied to several versions', () => {
  const converted = builtinKinds.filter(({ conversion }) => conversion !== undefined)

  for (const { conversion, group, version, kind } of converted as readonly Kind[])
    it(`is merged of ${group}/${version} ${kind} too where it is no whole object`, () => {
      for (const rest of [{}, { spec: {} }, { spec: { spec: {} } }, { spec: { devices: undefined } }, { status: {} }]) {
        const stored = conversion?.toStored({ metadata, ...rest } as KubernetesObject)
        assert.equal(stored?.metadata?.name, 'a')
        assert.equal(conversion?.fromStored({ metadata, ...rest } as KubernetesObject).metadata?.name, 'a')
      }
    })

  it('has versions to be merged in', () => {
    assert.ok(converted.length >= 5, String(converted.length))
  })
})
