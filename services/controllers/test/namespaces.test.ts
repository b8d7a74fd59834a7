import assert from 'node:assert/strict'
import { formatTime } from '@periplus/api'
import type { KubernetesObject } from '@periplus/api'
import { anHourLater, cutOf, deciding, startOfTime } from '@periplus/controller'
import { kindsAt } from '@periplus/custom'
import { ConfigMap, Event, Namespace, Pod, ServiceAccount } from '@periplus/kinds'
import { eventExpiryController, namespaceController, rootCaPublisher, serviceAccountController } from '../src/index.ts'

const namespace = (metadata: object = {}, finalizers = ['kubernetes']): KubernetesObject =>
  ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'a', ...metadata },
    spec: { finalizers },
    status: { phase: 'Active' },
  }) as KubernetesObject
const leaving = namespace({ deletionTimestamp: formatTime(anHourLater) })
const thing = (kind: string, name: string, metadata: object = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace: 'a', ...metadata },
})

describe('the namespace controller', () => {
  const given = deciding(namespaceController(kindsAt))
  const says = (...told: readonly (readonly [string, string, string, string | RegExp])[]) => ({
    verb: 'patch' as const,
    kind: Namespace,
    subresource: 'status',
    patch: {
      body: {
        status: { conditions: told.map(([type, status, reason, message]) => ({ type, status, reason, message })) },
      },
    },
  })
  const fine = [
    ['NamespaceDeletionDiscoveryFailure', 'False', 'ResourcesDiscovered', 'All resources successfully discovered'],
    [
      'NamespaceDeletionGroupVersionParsingFailure',
      'False',
      'ParsedGroupVersions',
      'All legacy kube types successfully parsed',
    ],
    [
      'NamespaceDeletionContentFailure',
      'False',
      'ContentDeleted',
      'All content successfully deleted, may be waiting on finalization',
    ],
  ] as const

  it('leaves a namespace alone that nobody deletes', () => {
    given(namespace(), thing('ConfigMap', 'x')).when('a').then()
  })
  it('deletes pods first, and says what remains', () => {
    given(
      leaving,
      thing('ConfigMap', 'x'),
      thing('Pod', 'p'),
      thing('Pod', 'q', { deletionTimestamp: formatTime(anHourLater), finalizers: ['x/y'] }),
    )
      .when('a')
      .then(
        says(
          ...fine,
          [
            'NamespaceContentRemaining',
            'True',
            'SomeResourcesRemain',
            'Some resources are remaining: configmaps. has 1 resource instances, pods. has 2 resource instances',
          ],
          [
            'NamespaceFinalizersRemaining',
            'True',
            'SomeFinalizersRemain',
            'Some content in the namespace has finalizers remaining: x/y in 1 resource instances',
          ],
        ),
        {
          verb: 'delete',
          kind: Pod,
          ref: { namespace: 'a', name: 'p' },
          options: { propagationPolicy: 'Background', preconditions: { uid: 'uid-pod-p' } },
        },
      )
  })
  it('then deletes all else', () => {
    given(leaving, thing('ConfigMap', 'x'), thing('ServiceAccount', 'default'))
      .when('a')
      .then(
        says(
          [...fine[0]],
          [...fine[1]],
          [...fine[2]],
          ['NamespaceContentRemaining', 'True', 'SomeResourcesRemain', /./],
          [
            'NamespaceFinalizersRemaining',
            'False',
            'ContentHasNoFinalizers',
            'All content-preserving finalizers finished',
          ],
        ),
        { verb: 'delete', kind: ConfigMap },
        { verb: 'delete', kind: ServiceAccount },
      )
  })
  it('deletes two hundred of ten thousand objects at a time, so that others have their turn', () => {
    const maps = Array.from({ length: 10_000 }, (_, i) => thing('ConfigMap', `map-${i}`))
    const { commands } = given(leaving, ...maps)
      .when('a')
      .requeuesAfter(0)
    assert.equal(commands.filter(({ verb }) => verb === 'delete').length, 200)
    assert.ok(commands.length <= 202)
    assert.match(JSON.stringify(commands), /configmaps\. has 10000 resource instances/)
  })

  it('goes on with others where some hundreds stay for long', () => {
    const held = { finalizers: ['example.com/held'], deletionTimestamp: formatTime(anHourLater) }
    const maps = Array.from({ length: 300 }, (_, i) => thing('ConfigMap', `map-${i}`, i < 250 ? held : {}))
    const { commands } = given(leaving, ...maps)
      .when('a')
      .requeuesAfter(undefined)
    assert.equal(commands.filter(({ verb }) => verb === 'delete').length, 50)
  })

  it('lets an empty one go', () => {
    given(leaving)
      .when('a')
      .then(
        says(
          ...fine,
          ['NamespaceContentRemaining', 'False', 'ContentRemoved', 'All content successfully removed'],
          ['NamespaceFinalizersRemaining', 'False', 'ContentHasNoFinalizers', /./],
        ),
        { verb: 'update', kind: Namespace, subresource: 'finalize', object: { spec: { finalizers: [] } } },
      )
  })
  it('says that something could not be deleted', () => {
    const refusal = {
      tag: 'Forbidden',
      target: { group: '', resource: 'configmaps', name: 'x' },
      message: 'no',
    } as const
    given(leaving, thing('ConfigMap', 'x'))
      .when('a', { refused: { verb: 'delete', resource: 'configmaps', refusal } })
      .then(
        says(
          [...fine[0]],
          [...fine[1]],
          ['NamespaceDeletionContentFailure', 'True', 'ContentDeletionFailed', /no/],
          ['NamespaceContentRemaining', 'True', 'SomeResourcesRemain', /./],
          ['NamespaceFinalizersRemaining', 'False', 'ContentHasNoFinalizers', /./],
        ),
        { verb: 'delete', kind: ConfigMap },
      )
  })
})

describe('what every namespace has', () => {
  it('is a service account', () => {
    const given = deciding(serviceAccountController)
    given(namespace())
      .when('a')
      .then({ verb: 'create', kind: ServiceAccount, object: { metadata: { name: 'default', namespace: 'a' } } })
    given(namespace(), thing('ServiceAccount', 'default')).when('a').then()
    given(leaving).when('a').then()
  })
  it('is the CA of the time, for one who decides again with another', () => {
    const now = { now: anHourLater, random: () => 0, inputs: { caPem: 'then' } }
    const cut = cutOf([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'here' } }])
    const [command] = rootCaPublisher('now').decide(cut, { namespace: '', name: 'here' }, now).commands
    assert.deepEqual(command?.verb === 'create' && (command.object as ConfigMap).data, { 'ca.crt': 'then' })
  })

  it('is the cluster’s CA', () => {
    const given = deciding(rootCaPublisher('PEM'))
    const published = (ca: string) => ({ ...thing('ConfigMap', 'kube-root-ca.crt'), data: { 'ca.crt': ca } })
    given(namespace())
      .when('a')
      .then({
        verb: 'create',
        kind: ConfigMap,
        object: { metadata: { name: 'kube-root-ca.crt' }, data: { 'ca.crt': 'PEM' } },
      })
    given(namespace(), published('PEM')).when('a').then()
    given(namespace(), published('mine'))
      .when('a')
      .then({ verb: 'update', kind: ConfigMap, object: { data: { 'ca.crt': 'PEM' } } })
    given(leaving).when('a').then()
  })
})

describe('the expiry of Events', () => {
  const given = deciding(eventExpiryController)
  const event = (name: string, secondsAgo: number) => ({
    ...thing('Event', name),
    involvedObject: {},
    metadata: { name, namespace: 'a', creationTimestamp: formatTime(startOfTime) },
    lastTimestamp: formatTime(anHourLater + 3_600_000 - secondsAgo * 1000),
  })
  const now = anHourLater + 3_600_000
  it('comes an hour after they happened last', () => {
    given(namespace(), event('old', 3600), event('young', 3000))
      .when('a', { now })
      .then()
      .requeuesAfter(600_000)
      .why('1 Events are over an hour old')
  })
  it('collects what expires within a minute', () => {
    given(namespace(), event('young', 3590)).when('a', { now }).requeuesAfter(60_000)
    given(namespace()).when('a', { now }).requeuesAfter(3_600_000)
  })
  it('deletes them', () => {
    const { decision } = given(namespace(), event('old', 3601)).when('a', { now })
    const [command] = decision.commands
    if (command?.verb !== 'delete' || command.kind !== Event || command.ref.name !== 'old')
      throw new Error('not deleted')
  })
})
