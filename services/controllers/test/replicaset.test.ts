import { formatTime, controlledBy } from '@periplus/api'
import type { KubernetesObject, Stored } from '@periplus/api'
import assert from 'node:assert/strict'
import { anHourLater, completed, deciding, startOfTime } from '@periplus/controller'
import { Pod, ReplicaSet, ReplicationController } from '@periplus/kinds'
import { replicaSetController, replicationControllerController } from '../src/index.ts'
import { pod, replicaSet, template } from './objects.ts'
import type { PodTraits } from './objects.ts'

const given = deciding(replicaSetController)
const now = anHourLater

const quota = {
  verb: 'create',
  resource: 'pods',
  refusal: { tag: 'Forbidden', target: { group: '', resource: 'pods', name: 'x' }, message: 'exceeded quota: q' },
} as const

describe('the ReplicaSet controller', () => {
  const web = replicaSet('web', 3)
  const settled = {
    replicas: 3,
    fullyLabeledReplicas: 3,
    readyReplicas: 3,
    availableReplicas: 3,
    terminatingReplicas: 0,
    observedGeneration: 1,
  }

  it('makes the first pod alone, from the template, and says so', () => {
    const { commands } = given(web)
      .when('default/web')
      .then(
        {
          verb: 'create',
          kind: Pod,
          object: {
            metadata: {
              name: /^web-[b-z2-9]{5}$/,
              generateName: 'web-',
              namespace: 'default',
              labels: { app: 'web' },
              ownerReferences: [controlledBy(ReplicaSet, web)],
            },
            spec: { containers: [{ name: 'main', image: 'nginx:1.7.9' }] },
          },
        },
        {
          verb: 'patch',
          kind: ReplicaSet,
          subresource: 'status',
          patch: { body: { status: { replicas: 0, observedGeneration: 1 } } },
        },
      )
      .tells(/^SuccessfulCreate: Created pod: web-.{5}$/)
      .why('0 of 3 pods are there: making 1 more')
    assert.equal(commands.length, 2)
  })

  it('begins the names of pods with its own, and with a dash where there is room for one', () => {
    const generated = (name: string): string | undefined => {
      const set = replicaSet(name, 1)
      const [made] = given(set).when(`default/${name}`).commands
      return made?.verb === 'create' ? made.object.metadata?.generateName : undefined
    }
    assert.equal(generated('a'.repeat(252)), `${'a'.repeat(252)}-`)
    assert.equal(generated('a'.repeat(253)), 'a'.repeat(253))
  })

  it('makes as many as are there, then: batches double', () => {
    const big = replicaSet('web', 20)
    const there = [1, 2, 3, 4].map(i => pod(`web-${i}`, big))
    given(big, ...there)
      .when('default/web')
      .why('4 of 20 pods are there: making 4 more')
  })

  it('writes nothing when everything is as it should be', () => {
    given({ ...web, status: settled } as ReplicaSet, ...[1, 2, 3].map(i => pod(`web-${i}`, web)))
      .when('default/web')
      .then()
      .tells()
      .why('all 3 pods are there')
  })

  it('replaces what has ended or is being deleted', () => {
    given(web, pod('a', web), pod('b', web, { deleting: true }), pod('c', web, { phase: 'Failed' }))
      .when('default/web')
      .why('1 of 3 pods are there: making 1 more')
      .tells(/SuccessfulCreate/)
  })

  it('counts what is ready, available, labelled and terminating', () => {
    const slow = replicaSet('web', 3, { spec: { minReadySeconds: 60, selector: { matchLabels: { app: 'web' } } } })
    given(
      slow,
      pod('a', slow),
      pod('b', slow, { readySince: now - 10_000 }),
      pod('c', slow, { ready: false }),
      pod('d', slow, { deleting: true }),
    )
      .when('default/web', { now })
      .then({
        verb: 'patch',
        kind: ReplicaSet,
        subresource: 'status',
        patch: {
          body: {
            status: {
              replicas: 3,
              fullyLabeledReplicas: 3,
              readyReplicas: 2,
              availableReplicas: 1,
              terminatingReplicas: 1,
            },
          },
        },
      })
      .requeuesAfter(50_000)
  })

  it('says that making a pod was refused, before it tries a single one again', () => {
    given(web, pod('a', web), pod('b', web))
      .when('default/web', { refused: quota })
      .then(
        {
          verb: 'patch',
          kind: ReplicaSet,
          patch: {
            body: {
              status: {
                conditions: [
                  { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: /exceeded quota: q$/ },
                ],
              },
            },
          },
        },
        { verb: 'create', kind: Pod },
      )
      .tells(/^FailedCreate: Error creating: pods "x" is forbidden: exceeded quota: q$/, /^SuccessfulCreate/)
  })

  it('takes the failure back when it is over', () => {
    const failed = {
      ...web,
      status: { ...settled, conditions: [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate' }] },
    } as ReplicaSet
    given(failed, ...[1, 2, 3].map(i => pod(`web-${i}`, web)))
      .when('default/web')
      .then({ verb: 'patch', kind: ReplicaSet, patch: { body: { status: { conditions: null } } } })
  })

  it('adopts pods that nobody manages, by uid', () => {
    given(web, pod('a', undefined, { labels: { app: 'web' } }), pod('b', undefined, { labels: { app: 'other' } }))
      .when('default/web')
      .why('adopting 1 pods; 1 of 3 pods are there: making 1 more')
    const { commands } = given(web, pod('a', undefined, { labels: { app: 'web' } })).when('default/web')
    assert.deepEqual(commands[0], {
      verb: 'patch',
      kind: Pod,
      ref: { group: '', resource: 'pods', namespace: 'default', name: 'a' },
      patch: {
        type: 'strategic',
        body: { metadata: { uid: 'uid-pod-a', ownerReferences: [controlledBy(ReplicaSet, web)] } },
      },
    })
  })

  it('releases pods whose labels no longer fit, and replaces them', () => {
    given(web, pod('a', web, { labels: { app: 'debug' } }), pod('b', web), pod('c', web))
      .when('default/web')
      .then(
        {
          verb: 'patch',
          kind: Pod,
          ref: { name: 'a' },
          patch: {
            body: { metadata: { uid: 'uid-pod-a', ownerReferences: [{ $patch: 'delete', uid: web.metadata.uid }] } },
          },
        },
        { verb: 'create', kind: Pod },
        { verb: 'patch', kind: ReplicaSet },
      )
  })

  it('leaves its pods alone while it is deleted, and makes none in a namespace that is', () => {
    const leaving = replicaSet('web', 3, {
      metadata: {
        name: 'web',
        namespace: 'default',
        deletionTimestamp: formatTime(now),
        finalizers: ['foregroundDeletion'],
      },
      status: { replicas: 0, terminatingReplicas: 0, observedGeneration: 1 },
    })
    given(leaving, pod('orphan', undefined, { labels: { app: 'web' } }))
      .when('default/web')
      .then()
    const namespace = {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'default', deletionTimestamp: formatTime(now) },
    }
    given(web, namespace).when('default/web').why('its namespace is being deleted: no pods are made')
  })

  it('wakes for the pods that it has and for those that it could have', () => {
    const { cut } = given(web, replicaSet('other', 1))
    const orphan = pod('x', undefined, { labels: { app: 'web' } })
    const keys = replicaSetController.watches.flatMap(watch =>
      watch.keys({ before: undefined, after: orphan as never, change: undefined as never }, cut),
    )
    assert.deepEqual(keys, [{ namespace: 'default', name: 'web' }])
  })

  describe('scaling down, loses first', () => {
    const one = replicaSet('web', 1)
    const cases: readonly (readonly [string, Pod, Pod])[] = [
      ['unassigned before assigned', pod('a', one), pod('b', one, { node: 'n' })],
      ['pending before running', pod('b', one, { phase: 'Pending', node: 'n' }), pod('a', one, { node: 'n' })],
      ['unknown before running', pod('b', one, { phase: 'Unknown', node: 'n' }), pod('a', one, { node: 'n' })],
      ['unready before ready', pod('b', one, { ready: false, node: 'n' }), pod('a', one, { node: 'n' })],
      [
        'the cheap before the dear',
        pod('b', one, { node: 'n' }),
        pod('a', one, { node: 'n', annotations: { 'controller.kubernetes.io/pod-deletion-cost': '10' } }),
      ],
      [
        'the lately ready before the long ready',
        pod('b', one, { node: 'n', readySince: now - 1000 }),
        pod('a', one, { node: 'n', readySince: now - 1_000_000 }),
      ],
      ['the often restarted first', pod('b', one, { node: 'n', restarts: 3 }), pod('a', one, { node: 'n' })],
      [
        'the young before the old',
        pod('b', one, { node: 'n', created: now - 1000 }),
        pod('a', one, { node: 'n', created: startOfTime }),
      ],
      [
        'of one age by magnitude, the smaller uid',
        pod('b', one, { node: 'n', uid: '1', readySince: now - 1_000_000 }),
        pod('a', one, { node: 'n', uid: '2', readySince: now - 999_000 }),
      ],
    ]
    for (const [title, lost, kept] of cases)
      it(title, () => {
        for (const pods of [
          [lost, kept],
          [kept, lost],
        ])
          given(one, ...pods)
            .when('default/web', { now })
            .then(
              {
                verb: 'delete',
                kind: Pod,
                ref: { name: lost.metadata?.name },
                options: { preconditions: { uid: lost.metadata?.uid ?? `uid-pod-${lost.metadata?.name}` } },
              },
              { verb: 'patch', kind: ReplicaSet },
            )
            .tells(`SuccessfulDelete: Deleted pod: ${lost.metadata?.name}`)
      })

    it('what is doubled up on a node, counting the pods of its siblings', () => {
      const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd', uid: 'd', controller: true }
      const old = replicaSet('old', 1, { metadata: { name: 'old', namespace: 'default', ownerReferences: [owner] } })
      const fresh = replicaSet('web', 1, { metadata: { name: 'web', namespace: 'default', ownerReferences: [owner] } })
      given(fresh, old, pod('a', fresh, { node: 'n1' }), pod('b', fresh, { node: 'n2' }), pod('c', old, { node: 'n2' }))
        .when('default/web')
        .tells('SuccessfulDelete: Deleted pod: b')
    })
  })
})

describe('the ReplicationController controller', () => {
  const given = deciding(replicationControllerController)
  const controller = (name: string, replicas: number, labels: Record<string, string> = { app: name }) =>
    completed(ReplicationController, {
      ...{ apiVersion: 'v1', kind: 'ReplicationController', metadata: { name, namespace: 'default', uid: name } },
      spec: { replicas, selector: labels, template: template(labels) },
    } as ReplicationController) as Stored<ReplicationController>
  const of = (owner: Stored<ReplicationController>, name: string, traits: PodTraits = {}): Pod => {
    const { metadata, ...rest } = pod(name, undefined, { labels: owner.spec?.selector ?? {}, ...traits })
    return { ...rest, metadata: { ...metadata, name, ownerReferences: [controlledBy(ReplicationController, owner)] } }
  }
  const web = controller('web', 2)
  const verbs = (...objects: readonly KubernetesObject[]): readonly string[] =>
    given(web, ...objects)
      .when('default/web')
      .commands.filter(({ kind }) => kind.resource === 'pods')
      .map(command => `${command.verb} ${'ref' in command ? command.ref.name : ''}`.trim())

  it('keeps as many pods as it says, whatever becomes of them', () => {
    const [a, b] = [of(web, 'a'), of(web, 'b')]
    const table: readonly (readonly [what: string, pods: readonly Pod[], done: readonly string[]])[] = [
      ['nothing is there', [], ['create']],
      ['all are there', [a, b], []],
      ['one is deleted', [a, of(web, 'b', { deleting: true })], ['create']],
      ['one has ended', [a, of(web, 'b', { phase: 'Failed' })], ['create']],
      ['one comes back when another stands in for it', [a, b, of(web, 'c', { created: now })], ['delete c']],
      ['one that nobody owns has its labels', [a, pod('c', undefined, { labels: { app: 'web' } })], ['patch c']],
      ['one has other labels', [a, b, of(web, 'c', { labels: { app: 'other' } })], ['patch c']],
      [
        'one of the same labels is somebody else’s',
        [a, b, of(controller('other', 1), 'c', { labels: { app: 'web' } })],
        [],
      ],
    ]
    for (const [what, pods, done] of table) assert.deepEqual(verbs(...pods), done, what)
  })

  it('is rolled by hand: one of the new, then one less of the old, until the old has none', () => {
    const sizes = [
      [1, 2],
      [1, 1],
      [2, 1],
      [2, 0],
    ] as const
    let made = 0
    let pods: readonly Pod[] = ['a', 'b'].map(name => of(controller('old', 2), name))
    for (const [fresh, old] of sizes)
      for (const each of [controller('new', fresh), controller('old', old)]) {
        const { commands } = given(each, ...pods).when(`default/${each.metadata.name}`)
        for (const command of commands) {
          if (command.verb === 'create' && command.kind === Pod) pods = [...pods, of(each, `new-${made++}`)]
          if (command.verb === 'delete') pods = pods.filter(({ metadata }) => metadata?.name !== command.ref.name)
        }
        assert.ok(pods.length >= 2 && pods.length <= 3, `${pods.length} pods`)
      }
    assert.deepEqual(
      pods.map(({ metadata }) => metadata?.labels?.['app']),
      ['new', 'new'],
    )
  })
})
