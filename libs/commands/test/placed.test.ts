import assert from 'node:assert/strict'
import { statusOf } from '@periplus/api'
import type { Patch } from '../src/command.ts'
import { kindOf, object, ok, refOf, refusal, world } from './world.ts'
import type { World } from './world.ts'

const configMaps = kindOf('', 'configmaps')
const nodes = kindOf('', 'nodes')

const started = async (): Promise<World> => {
  const it = world()
  ok(await it.run({ verb: 'create', kind: configMaps, object: object({ metadata: { name: 'a', namespace: 'n' } }) }))
  ok(await it.run({ verb: 'create', kind: nodes, object: object({ metadata: { name: 'a' } }) }))
  it.catchUp()
  return it
}

type Sort = (metadata: object) => Patch
const sorts: Readonly<Record<string, Sort>> = {
  merge: metadata => ({ type: 'merge', body: { metadata } }),
  strategic: metadata => ({ type: 'strategic', body: { metadata } }),
  json: metadata => ({
    type: 'json',
    body: Object.entries(metadata).map(([name, value]: [string, unknown]) => ({
      op: 'add',
      path: `/metadata/${name}`,
      value,
    })),
  }),
}
const applied = (kind: string, metadata: object): Patch => ({
  type: 'apply',
  body: { apiVersion: 'v1', kind, metadata },
})

const onMap = (it: World, patch: Patch, name = 'a') =>
  it.run({ verb: 'patch', kind: configMaps, ref: refOf('', 'configmaps', 'n', name), patch })
const onNode = (it: World, patch: Patch, name = 'a') =>
  it.run({ verb: 'patch', kind: nodes, ref: refOf('', 'nodes', '', name), patch })

const otherNamespace = 'the namespace of the provided object does not match the namespace sent on the request'

describe('what a patch says of where its object is', () => {
  for (const [name, sort] of Object.entries(sorts))
    it(`has to be so in a namespace, and is dropped where there is none (${name})`, async () => {
      const it = await started()
      const { code, message } = statusOf(refusal(await onMap(it, sort({ namespace: 'other' }))))
      assert.deepEqual([code, message], [400, otherNamespace])
      const labelled = ok(await onMap(it, sort({ namespace: 'n', labels: { of: name } })))
      assert.equal(labelled.object.metadata?.labels?.['of'], name)
      const node = ok(await onNode(it, sort({ namespace: 'n', labels: { of: name } })))
      assert.deepEqual([node.object.metadata?.labels, node.object.metadata?.namespace], [{ of: name }, undefined])
      assert.equal(ok(await onNode(it, sort({ namespace: 'n' }))).changed, false)
    })

  it('may be left to the path, but for the name', async () => {
    const it = await started()
    const without = (name: string): Patch => ({
      type: 'merge',
      body: { metadata: { [name]: null }, data: { a: name } },
    })
    assert.equal(ok(await onMap(it, without('namespace'))).object.metadata?.namespace, 'n')
    assert.equal(
      statusOf(refusal(await onMap(it, without('name')))).message,
      'the name of the object (a based on URL) was undeterminable: name must be provided',
    )
    assert.match(
      statusOf(refusal(await onMap(it, { type: 'merge', body: { metadata: { name: 'b' } } }))).message ?? '',
      /^the name of the object \(b\) does not match the name on the URL \(a\)$/,
    )
  })

  it('holds for what is applied, to what is there and to what is not', async () => {
    const it = await started()
    for (const name of ['a', 'new']) {
      const map = (metadata: object) => onMap(it, applied('ConfigMap', metadata), name)
      assert.equal(statusOf(refusal(await map({ name, namespace: 'other' }))).message, otherNamespace)
      assert.match(statusOf(refusal(await map({ name: 'other' }))).message ?? '', /does not match the name on the URL/)
      ok(await map({ name }))
      const node = ok(await onNode(it, applied('Node', { name, namespace: 'n', labels: { of: name } }), name))
      assert.deepEqual([node.object.metadata?.labels, node.object.metadata?.namespace], [{ of: name }, undefined])
    }
    assert.match(
      statusOf(refusal(await onMap(it, applied('ConfigMap', {}), 'another'))).message ?? '',
      /\(another based on URL\) was undeterminable/,
    )
    assert.equal(ok(await onMap(it, applied('ConfigMap', { labels: { of: 'a' } }))).object.metadata?.name, 'a')
  })
})

describe('the uid in a patch', () => {
  it('is that of the object, which no write changes', async () => {
    const it = await started()
    const uid = ok(await onMap(it, { type: 'merge', body: {} })).object.metadata?.uid
    for (const patch of [
      ...Object.values(sorts).map(sort => sort({ uid: 'other' })),
      applied('ConfigMap', { uid: 'other' }),
    ]) {
      const { code, details } = statusOf(refusal(await onMap(it, patch)))
      const [cause] = details?.causes ?? []
      assert.deepEqual(
        [code, cause],
        [
          422,
          { reason: 'FieldValueInvalid', message: 'Invalid value: "other": field is immutable', field: 'metadata.uid' },
        ],
      )
    }
    ok(await onMap(it, { type: 'merge', body: { metadata: { uid, labels: { a: 'b' } } } }))
    const stale: Patch = { type: 'merge', body: { metadata: { uid: 'other', resourceVersion: '1' } } }
    assert.equal(refusal(await onMap(it, stale)).tag, 'Conflict')
  })

  it('is of no object where nothing is, and of another one than a lagging process knows', async () => {
    const it = await started()
    const { code, message } = statusOf(
      refusal(await onMap(it, applied('ConfigMap', { name: 'new', uid: 'some' }), 'new')),
    )
    assert.equal(code, 409)
    assert.match(
      message ?? '',
      /uid mismatch: the provided object specified uid some, and no existing object was found$/,
    )

    const other = world({ log: it.log, prefix: 'other' })
    const ref = refOf('', 'configmaps', 'n', 'a')
    ok(await other.run({ verb: 'delete', kind: configMaps, ref, options: {} }))
    const again = object({ metadata: { name: 'a', namespace: 'n' } })
    const { uid } = ok(await other.run({ verb: 'create', kind: configMaps, object: again })).object.metadata ?? {}
    const labels = { of: 'another' }
    const done = ok(await onMap(it, { type: 'merge', body: { metadata: { uid, labels } } }))
    assert.deepEqual(done.object.metadata?.labels, labels)
  })
})
