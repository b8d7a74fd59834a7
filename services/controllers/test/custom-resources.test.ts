import assert from 'node:assert/strict'
import type { KubernetesObject } from '@periplus/api'
import { deciding } from '@periplus/controller'
import { kindsOfDefinition } from '@periplus/custom'
import { CustomResourceDefinition } from '@periplus/kinds'
import { customResourceDefinitionController } from '../src/index.ts'

const definition = (plural: string, kind: string, more: object = {}, metadata: object = {}): KubernetesObject =>
  ({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.example.com`, ...metadata },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural, kind, singular: kind.toLowerCase(), listKind: `${kind}List` },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
    },
    ...more,
  }) as KubernetesObject

const then = '2026-01-01T00:00:00Z'

const established = {
  status: {
    acceptedNames: { plural: 'boats', kind: 'Boat', singular: 'boat', listKind: 'BoatList' },
    storedVersions: ['v1'],
    conditions: [
      {
        type: 'NamesAccepted',
        status: 'True',
        lastTransitionTime: then,
        reason: 'NoConflicts',
        message: 'no conflicts found',
      },
      {
        type: 'Established',
        status: 'True',
        lastTransitionTime: then,
        reason: 'InitialNamesAccepted',
        message: 'the initial names have been accepted',
      },
    ],
  },
}
const leaving = {
  deletionTimestamp: '2026-01-01T00:00:00Z',
  finalizers: ['customresourcecleanup.apiextensions.k8s.io', 'mine.example.com/x'],
}

const given = deciding(customResourceDefinitionController)

describe('the controller of custom resource definitions', () => {
  it('accepts names of which no other has one, and serves their objects', () => {
    const [command] = given(definition('boats', 'Boat')).when('boats.example.com').commands
    assert.ok(command?.verb === 'patch' && command.patch.type === 'merge')
    const { status } = command.patch.body as { status: typeof established.status }
    assert.deepEqual(
      status.conditions.map(({ type, status: is, reason }) => [type, is, reason]),
      [
        ['NamesAccepted', 'True', 'NoConflicts'],
        ['Established', 'True', 'InitialNamesAccepted'],
      ],
    )
    assert.deepEqual([status.acceptedNames.kind, status.storedVersions], ['Boat', ['v1']])
  })

  it('has nothing to do where it did that already', () => {
    given(definition('boats', 'Boat', established))
      .when('boats.example.com')
      .then()
  })

  it('refuses names that another of the group has', () => {
    given(definition('boats', 'Boat', established), definition('ships', 'Boat'))
      .when('ships.example.com')
      .then({ verb: 'patch', kind: CustomResourceDefinition, subresource: 'status' })
      .why('its names are not accepted: "boat" is already in use')
  })

  it('deletes the objects first, and then lets the definition go', () => {
    const gone = definition('boats', 'Boat', established, leaving)
    const boat = { apiVersion: 'example.com/v1', kind: 'Boat', metadata: { name: 'ann', namespace: 'default' } }
    const { cut } = given(gone)
    const [kind] = kindsOfDefinition(cut, 'boats.example.com')
    assert.ok(kind)
    const full = deciding(customResourceDefinitionController, [kind])(gone, boat)
    const [same] = kindsOfDefinition(full.cut, 'boats.example.com')
    assert.ok(same)
    full
      .when('boats.example.com')
      .then(
        { verb: 'patch', kind: CustomResourceDefinition, subresource: 'status' },
        { verb: 'delete', kind: same, ref: { name: 'ann' } },
      )
      .why('deleting 1 of the 1 objects of it that are left')
    given(gone)
      .when('boats.example.com')
      .then({
        verb: 'patch',
        kind: CustomResourceDefinition,
        patch: { body: { metadata: { finalizers: ['mine.example.com/x'] } } },
      })
      .why('none of its objects is left: it may go too')
  })

  it('leaves alone what others define, when a definition that was never served goes', () => {
    const never = definition('ships', 'Boat', { status: { conditions: [] } }, leaving)
    given(never, definition('boats', 'Boat', established))
      .when('ships.example.com')
      .then({ verb: 'patch', kind: CustomResourceDefinition, patch: { type: 'merge' } })
  })
})
