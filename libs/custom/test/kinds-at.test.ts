import assert from 'node:assert/strict'
import type { KubernetesObject } from '@periplus/api'
import { cutOf, eventOf } from '@periplus/controller'
import { CustomResourceDefinition } from '@periplus/kinds'
import { builtinRegistry, kindsAt, kindsOfDefinition } from '../src/index.ts'

const definition = (plural: string, group: string, more: object = {}, established = true): KubernetesObject =>
  ({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { plural, kind: 'Boat', singular: 'boat' },
      versions: ['v1', 'v1beta1'].map((name, i) => ({
        name,
        served: true,
        storage: i === 0,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      })),
      ...more,
    },
    status: { conditions: [{ type: 'Established', status: established ? 'True' : 'False' }] },
  }) as KubernetesObject

describe('the kinds of a cut', () => {
  it('are the built-in ones where nothing is defined, and the same registry each time', () => {
    assert.equal(kindsAt(cutOf([])), builtinRegistry)
    const cut = cutOf([definition('boats', 'example.com')])
    assert.equal(kindsAt(cut), kindsAt(cut))
  })

  it('are those of established definitions besides, in every version that is served', () => {
    const cut = cutOf([definition('boats', 'example.com'), definition('ships', 'example.org', {}, false)])
    const registry = kindsAt(cut)
    assert.deepEqual(registry.versions('example.com'), ['v1', 'v1beta1'])
    assert.equal(registry.stored('example.com', 'boats')?.version, 'v1')
    assert.equal(registry.stored('example.org', 'ships'), undefined)
    assert.deepEqual(
      kindsOfDefinition(cut, 'boats.example.com').map(({ version }) => version),
      ['v1', 'v1beta1'],
    )
  })

  it('are kept in a version that nobody is answered in, where the definition says so', () => {
    const version = (name: string, served: boolean, storage: boolean) => ({
      ...{ name, served, storage },
      schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
    })
    const versions = [version('v1', true, false), version('v1beta1', false, true), version('v1alpha1', false, false)]
    const cut = cutOf([
      definition('boats', 'example.com', { versions }),
      definition('ships', 'example.org', { versions: [version('v1', false, true)] }),
    ])
    const registry = kindsAt(cut)
    assert.deepEqual(registry.versions('example.com'), ['v1'])
    assert.equal(registry.byResource('example.com', 'v1beta1', 'boats'), undefined)
    assert.equal(registry.byKind('example.com', 'v1beta1', 'Boat'), undefined)
    assert.equal(registry.stored('example.com', 'boats')?.version, 'v1beta1')
    assert.equal(registry.groups.includes('example.org'), false)
    assert.equal(registry.stored('example.org', 'ships')?.version, 'v1')
  })

  it('leave to others what is theirs: no definition takes a built-in kind, or the kind of another', () => {
    const cut = cutOf([
      definition('boats', 'example.com'),
      definition('ships', 'example.com'),
      definition('ingresses', 'networking.k8s.io'),
    ])
    assert.equal(kindsAt(cut).stored('networking.k8s.io', 'ingresses')?.kind, 'Ingress')
    assert.deepEqual(kindsOfDefinition(cut, 'ingresses.networking.k8s.io'), [])
    assert.deepEqual(kindsOfDefinition(cut, 'ships.example.com'), [])
  })

  it('stay the same objects while their definition does, whatever comes besides', () => {
    const cut = cutOf([definition('boats', 'example.com')])
    const [before] = kindsOfDefinition(cut, 'boats.example.com')
    cut.apply([eventOf(2, CustomResourceDefinition, definition('ships', 'example.org'), 'created', 0)])
    assert.equal(kindsOfDefinition(cut, 'boats.example.com')[0], before)
    cut.apply([
      eventOf(3, CustomResourceDefinition, definition('boats', 'example.com', { scope: 'Cluster' }), 'spec-changed', 1),
    ])
    assert.equal(kindsOfDefinition(cut, 'boats.example.com')[0]?.namespaced, false)
    cut.apply([eventOf(4, CustomResourceDefinition, definition('boats', 'example.com'), 'deleted', 3)])
    assert.equal(kindsAt(cut).stored('example.com', 'boats'), undefined)
  })

  it('show what is older than its schema, or in another version, as it is by now', () => {
    const properties = {
      spec: { type: 'object', properties: { kept: { type: 'string' }, new: { type: 'integer', default: 7 } } },
    }
    const version = (name: string, storage: boolean) => ({
      name,
      served: true,
      storage,
      schema: { openAPIV3Schema: { type: 'object', properties } },
    })
    const boat = (spec: object) => ({
      apiVersion: 'example.com/v1alpha1',
      kind: 'Boat',
      metadata: { name: 'ann', namespace: 'default', uid: 'u' },
      spec,
    })
    const cut = cutOf([definition('boats', 'example.com', { versions: [version('v1', true), version('v2', false)] })])
    const [first, second] = kindsOfDefinition(cut, 'boats.example.com')
    assert.ok(first && second)
    cut.apply([eventOf(2, first, boat({ kept: 'a', old: 'b' }) as KubernetesObject, 'created', 0)])
    const spec = { kept: 'a', new: 7 }
    for (const [kind, apiVersion] of [
      [first, 'example.com/v1'],
      [second, 'example.com/v2'],
    ] as const) {
      const read = cut.get(kind, 'default', 'ann')
      assert.deepEqual({ ...read, metadata: undefined }, { apiVersion, kind: 'Boat', metadata: undefined, spec })
      assert.deepEqual(cut.list(kind, 'default'), [read])
      // Looked through once, however often it is read.
      assert.equal(cut.get(kind, 'default', 'ann'), read)
    }
  })
})
