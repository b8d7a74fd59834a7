import assert from 'node:assert/strict'
import { controlledBy, formatTime } from '@periplus/api'
import type { OwnerReference, Stored } from '@periplus/api'
import { completed } from '@periplus/controller'
import { ControllerRevision, PersistentVolumeClaim, Pod, StatefulSet } from '@periplus/kinds'
import { statefulSetController } from '../src/index.ts'
import { template } from './objects.ts'
import {
  given,
  now,
  statefulSet,
  revisionOf,
  numbered,
  set,
  revision,
  newest,
  past,
  oldest,
  member,
  deeds,
  after,
} from './members.ts'
import type { Traits } from './members.ts'

describe('the StatefulSet controller', () => {
  it('records its template and makes the first pod alone, with its name, its place and its labels', () => {
    given(set)
      .when('default/web')
      .then(
        {
          verb: 'create',
          kind: ControllerRevision,
          object: {
            metadata: {
              name: newest,
              labels: { app: 'web', 'controller-revision-hash': newest.slice('web-'.length) },
              ownerReferences: [controlledBy(StatefulSet, set)],
            },
            data: { spec: { template: { ...template({ app: 'web' }), $patch: 'replace' } } },
            revision: 1,
          },
        },
        {
          verb: 'create',
          kind: Pod,
          object: {
            metadata: {
              name: 'web-0',
              generateName: 'web-',
              labels: {
                app: 'web',
                'statefulset.kubernetes.io/pod-name': 'web-0',
                'apps.kubernetes.io/pod-index': '0',
                'controller-revision-hash': newest,
              },
              ownerReferences: [controlledBy(StatefulSet, set)],
            },
            spec: { hostname: 'web-0', subdomain: 'nginx' },
          },
        },
        {
          verb: 'patch',
          kind: StatefulSet,
          subresource: 'status',
          patch: {
            body: {
              status: {
                replicas: 0,
                availableReplicas: 0,
                collisionCount: 0,
                currentRevision: newest,
                updateRevision: newest,
                observedGeneration: 1,
              },
            },
          },
        },
      )
      .tells('SuccessfulCreate: Create Pod web-0 in StatefulSet web successful')
      .why('making web-0')
  })

  describe('in order', () => {
    const cases: readonly (readonly [string, Stored<StatefulSet>, readonly Pod[], readonly string[]])[] = [
      ['makes the next pod when the one before is ready', set, [member(0)], ['create web-1']],
      ['waits for a pod to be ready', set, [member(0, { ready: false })], []],
      ['waits for a pod to run', set, [member(0, { phase: 'Pending' })], []],
      ['waits for a pod to be gone', set, [member(0, { leaving: true })], []],
      [
        'waits until a pod was ready for long enough',
        statefulSet({ minReadySeconds: 30 }),
        [member(0, { readySince: now - 10_000 })],
        [],
      ],
      ['makes a lower one before all others', set, [member(1), member(2)], ['create web-0']],
      ['removes a pod that failed', set, [member(0, { phase: 'Failed' }), member(1)], ['delete web-0']],
      ['removes a pod that succeeded', set, [member(0, { phase: 'Succeeded' })], ['delete web-0']],
      ['begins where its ordinals do', statefulSet({ ordinals: { start: 5 }, replicas: 2 }), [], ['create web-5']],
      [
        'removes what is below its first ordinal',
        statefulSet({ ordinals: { start: 1 }, replicas: 1 }),
        [member(0), member(1)],
        ['delete web-0'],
      ],
      [
        'scales down from the highest',
        statefulSet({ replicas: 1 }),
        [member(0), member(1), member(2)],
        ['delete web-2'],
      ],
      [
        'deletes one after the other',
        statefulSet({ replicas: 0 }),
        [member(0), member(1), member(2, { leaving: true })],
        [],
      ],
      [
        'does not scale down while another that goes is not ready',
        statefulSet({ replicas: 1 }),
        [member(0), member(1, { ready: false }), member(2, { ready: false })],
        [],
      ],
      [
        'scales down where the only one that is not ready is the next to go',
        statefulSet({ replicas: 1 }),
        [member(0), member(1), member(2, { ready: false })],
        ['delete web-2'],
      ],
      [
        'does not scale down while one that stays is not ready',
        statefulSet({ replicas: 1 }),
        [member(0, { ready: false }), member(1)],
        [],
      ],
      [
        'reads no number into other names',
        set,
        [{ ...member(0), metadata: { ...member(0).metadata, name: 'web-00' } }],
        ['create web-0'],
      ],
    ]
    for (const [name, one, pods, expected] of cases)
      it(name, () => assert.deepEqual(after(one, revision, ...pods), expected))
  })

  describe('in parallel', () => {
    const parallel = (rest: Partial<NonNullable<StatefulSet['spec']>> = {}) =>
      statefulSet({ podManagementPolicy: 'Parallel', ...rest })
    it('makes all that are missing', () =>
      assert.deepEqual(after(parallel(), revision, member(1, { ready: false })), ['create web-0', 'create web-2']))
    it('deletes all that are too many', () =>
      assert.deepEqual(after(parallel({ replicas: 1 }), revision, member(0, { ready: false }), member(1), member(2)), [
        'delete web-2',
        'delete web-1',
      ]))
    it('makes 200 at once at most', () =>
      assert.equal(after(parallel({ replicas: 2_000_000_000 }), revision).length, 200))
    it('tries one after a refusal, and says what it was', () => {
      const refusal = {
        tag: 'Forbidden',
        target: { group: '', resource: 'pods', name: 'web-0' },
        message: 'no',
      } as const
      const { commands, told } = given(parallel(), revision).when('default/web', {
        refused: { verb: 'create', resource: 'pods', refusal },
      })
      assert.deepEqual(deeds(commands), ['create web-0'])
      assert.equal(
        told[0],
        'FailedCreate: Create Pod web-0 in StatefulSet web failed error: pods "web-0" is forbidden: no',
      )
    })
  })

  describe('when its template changed', () => {
    const changed = (rollingUpdate: object = { partition: 0 }, rest: Partial<NonNullable<StatefulSet['spec']>> = {}) =>
      statefulSet(
        { updateStrategy: { type: 'RollingUpdate', rollingUpdate }, ...rest },
        { status: { replicas: 3, currentRevision: oldest, updateRevision: newest, currentReplicas: 3 } },
      )
    const old = (ordinal: number, traits: Traits = {}) => member(ordinal, { revision: oldest, ...traits })
    const second = numbered(revision, 2)
    const cases: readonly (readonly [string, Stored<StatefulSet>, readonly Pod[], readonly string[]])[] = [
      ['deletes the highest pod first', changed(), [old(0), old(1), old(2)], ['delete web-2']],
      ['goes on when that is back', changed(), [old(0), old(1), member(2)], ['delete web-1']],
      ['stops at the partition', changed({ partition: 2 }), [old(0), old(1), member(2)], []],
      ['replaces none while one is not ready', changed(), [old(0), old(1), member(2, { ready: false })], []],
      [
        'makes a pod below the partition at the revision that it had',
        changed({ partition: 2 }),
        [old(1), member(2)],
        ['create web-0'],
      ],
      [
        'deletes as many as may be unavailable',
        changed({ partition: 0, maxUnavailable: 2 }),
        [old(0), old(1), old(2)],
        ['delete web-2', 'delete web-1'],
      ],
      [
        'counts those that are unavailable',
        changed({ partition: 0, maxUnavailable: 2 }, { podManagementPolicy: 'Parallel' }),
        [old(0), old(1), member(2, { ready: false })],
        ['delete web-1'],
      ],
      [
        'deletes one at a time in parallel, too',
        changed({ partition: 0 }, { podManagementPolicy: 'Parallel' }),
        [old(0), old(1), member(2, { ready: false })],
        [],
      ],
    ]
    for (const [name, one, pods, expected] of cases)
      it(name, () => assert.deepEqual(after(one, past, second, ...pods), expected))

    it('leaves pods to people where they are to delete them', () =>
      assert.deepEqual(
        after(
          statefulSet({ updateStrategy: { type: 'OnDelete' } }, { status: changed().status }),
          past,
          second,
          old(0),
          old(1),
          old(2),
        ),
        [],
      ))

    it('makes a pod that is held back from the revision that it had', () => {
      const { commands } = given(changed({ partition: 2 }), past, second, old(1), member(2)).when('default/web')
      const [made] = commands
      assert.ok(made?.verb === 'create')
      const { metadata, spec } = made.object as Pod
      assert.equal(metadata?.labels?.['controller-revision-hash'], oldest)
      assert.equal(spec?.containers[0]?.image, 'old')
    })

    it('counts what is of which revision, and the pod that it deletes no more', () => {
      given(changed(), past, second, old(0), old(1), old(2))
        .when('default/web')
        .then(
          { verb: 'delete', kind: Pod, ref: { name: 'web-2' } },
          {
            verb: 'patch',
            kind: StatefulSet,
            patch: { body: { status: { currentReplicas: 2, readyReplicas: 3, availableReplicas: 3 } } },
          },
        )
        .tells('SuccessfulDelete: Delete Pod web-2 in StatefulSet web successful')
        .why(`deleting web-2: it is not of ${newest}`)
    })

    it('is done when all pods are of the newest revision and ready', () => {
      given(changed(), past, second, member(0), member(1), member(2))
        .when('default/web')
        .then({
          verb: 'patch',
          kind: StatefulSet,
          patch: { body: { status: { currentRevision: newest, updatedReplicas: 3 } } },
        })
        .why(`all 3 pods are there, of ${newest}`)
    })

    it('makes the revision that it goes back to the newest', () => {
      given(
        statefulSet({}, { status: { replicas: 1, currentRevision: newest } }),
        numbered(past, 2),
        revision,
        member(0),
      )
        .when('default/web')
        .then(
          { verb: 'patch', kind: ControllerRevision, ref: { name: newest }, patch: { body: { revision: 3 } } },
          { verb: 'create', kind: Pod },
          { verb: 'patch', kind: StatefulSet },
        )
    })

    it('stands still on a pod that never gets ready, also when the template goes back: people delete it', () => {
      const back = statefulSet({}, { status: { replicas: 3, currentRevision: newest, updateRevision: oldest } })
      assert.deepEqual(after(back, numbered(past, 2), revision, member(0), member(1), old(2, { ready: false })), [])
    })

    it('forgets the oldest revisions that nobody needs', () => {
      const past2 = revisionOf(statefulSet({ template: template({ app: 'web' }, 'older') }))
      const { commands } = given(
        changed({ partition: 0 }, { revisionHistoryLimit: 0, replicas: 1 }),
        past,
        numbered(past2, 2),
        numbered(revision, 3),
        old(0),
      ).when('default/web')
      assert.deepEqual(
        commands.flatMap(command =>
          command.kind === ControllerRevision && 'ref' in command ? [command.ref.name] : [],
        ),
        [past2.metadata.name],
      )
    })

    it('takes a revision that somebody spoilt for none', () => {
      const spoilt = { ...past, data: { spec: { template: { spec: 'nonsense' } } } }
      const [made] = given(changed({ partition: 3 }), spoilt, second, old(1), old(2)).when('default/web').commands
      assert.ok(made?.verb === 'create')
      assert.equal((made.object as Pod).spec?.containers[0]?.image, 'nginx:1.7.9')
    })
  })

  describe('with claims', () => {
    const templates = [
      {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name: 'data' },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
      },
    ]
    const claiming = (
      whenDeleted = 'Retain',
      whenScaled = 'Retain',
      rest: Partial<NonNullable<StatefulSet['spec']>> = {},
    ) =>
      statefulSet({
        volumeClaimTemplates: templates,
        persistentVolumeClaimRetentionPolicy: { whenDeleted, whenScaled },
        ...rest,
      })
    const claim = (
      ordinal: number,
      owners: readonly OwnerReference[] = [],
      leaving = false,
    ): PersistentVolumeClaim => ({
      ...templates[0],
      metadata: {
        name: `data-web-${ordinal}`,
        namespace: 'default',
        ownerReferences: owners,
        ...(leaving ? { deletionTimestamp: formatTime(now) } : {}),
      },
    })
    const volumes = (ordinal: number) => [{ name: 'data', persistentVolumeClaim: { claimName: `data-web-${ordinal}` } }]
    const held = (ordinal: number) => completed(Pod, member(ordinal, { volumes: volumes(ordinal) })) as Stored<Pod>
    const setOwner = controlledBy(StatefulSet, set)

    it('makes them before the pod, which uses them', () => {
      given(claiming(), revision)
        .when('default/web')
        .then(
          {
            verb: 'create',
            kind: PersistentVolumeClaim,
            object: {
              metadata: {
                name: 'data-web-0',
                namespace: 'default',
                labels: { app: 'web' },
                ownerReferences: undefined,
              },
              spec: { resources: { requests: { storage: '1Gi' } } },
            },
          },
          { verb: 'create', kind: Pod, object: { spec: { volumes: volumes(0) } } },
          { verb: 'patch', kind: StatefulSet },
        )
        .tells(
          'SuccessfulCreate: Create Claim data-web-0 Pod web-0 in StatefulSet web success',
          'SuccessfulCreate: Create Pod web-0 in StatefulSet web successful',
        )
    })

    it('takes up a claim that is there', () =>
      assert.deepEqual(after(claiming(), revision, claim(0)), ['create web-0']))

    it('waits until one that is being deleted is gone, and says so', () => {
      given(claiming(), revision, claim(0, [], true))
        .when('default/web')
        .tells('FailedCreate: Create Pod web-0 in StatefulSet web failed error: pvc data-web-0 is being deleted')
        .why('web-0 waits until claim data-web-0 is gone')
    })

    it('waits until one of an earlier pod is gone that goes with it', () => {
      const stale = { ...controlledBy(Pod, held(0)), uid: 'before' }
      given(claiming('Retain', 'Delete'), revision, claim(0, [stale]))
        .when('default/web')
        .why('web-0 waits until claim data-web-0 of an earlier pod is gone')
    })

    it('makes one again that was deleted before its pod ran', () =>
      assert.deepEqual(after(claiming(), revision, member(0, { phase: 'Pending', volumes: volumes(0) })), [
        'create data-web-0',
      ]))

    it('owns them where they go with the set', () => {
      const { commands } = given(claiming('Delete'), revision).when('default/web')
      assert.deepEqual(
        (commands[0] as { object?: object } | undefined)?.object &&
          (commands[0] as unknown as { object: PersistentVolumeClaim }).object.metadata?.ownerReferences,
        [setOwner],
      )
    })

    const one = (whenDeleted: string, whenScaled: string) => claiming(whenDeleted, whenScaled, { replicas: 1 })
    const podOwner = controlledBy(Pod, held(1))
    const owners: readonly (readonly [string, Stored<StatefulSet>, number, readonly OwnerReference[], unknown])[] = [
      ['Retain and Retain', one('Retain', 'Retain'), 0, [setOwner], [{ $patch: 'delete', uid: setOwner.uid }]],
      ['whenDeleted', one('Delete', 'Retain'), 0, [], [setOwner]],
      ['whenDeleted, as it is', one('Delete', 'Retain'), 0, [setOwner], undefined],
      ['whenScaled, in range', one('Retain', 'Delete'), 0, [], undefined],
      ['whenScaled, out of range', one('Retain', 'Delete'), 1, [], [podOwner]],
      [
        'both, out of range',
        one('Delete', 'Delete'),
        1,
        [setOwner],
        [{ $patch: 'delete', uid: setOwner.uid }, podOwner],
      ],
      ['an earlier set of the name', one('Delete', 'Retain'), 0, [{ ...setOwner, uid: 'before' }], undefined],
      ['somebody else who manages it', one('Delete', 'Retain'), 0, [{ ...setOwner, name: 'x', uid: 'x' }], undefined],
    ]
    for (const [name, owner, ordinal, present, expected] of owners)
      it(`gives them the owners that the policy wants: ${name}`, () => {
        const pods = ordinal === 0 ? [held(0)] : [held(0), held(1)]
        const { commands } = given(owner, revision, ...pods, claim(ordinal, present)).when('default/web')
        const patched = commands.find(({ kind, verb }) => kind === PersistentVolumeClaim && verb === 'patch')
        assert.deepEqual(
          patched?.verb === 'patch'
            ? (patched.patch.body as { metadata: { ownerReferences: unknown } }).metadata.ownerReferences
            : undefined,
          expected,
        )
      })
  })

  it('gives an adopted pod the labels of its place, and adopts none with another name', () => {
    const stray = (name: string): Pod => ({
      ...member(0),
      metadata: { name, namespace: 'default', labels: { app: 'web' }, uid: name },
    })
    const { commands } = given(statefulSet({ replicas: 1 }), revision, stray('web-0'), stray('web-x')).when(
      'default/web',
    )
    assert.deepEqual(deeds(commands), ['patch web-0', 'patch web-0', 'delete web-0'])
  })

  it('leaves its pods alone while it is being deleted', () => {
    const leaving = statefulSet({}, { metadata: { name: 'web', deletionTimestamp: formatTime(now) } })
    assert.deepEqual(after(leaving, revision, member(0)), [])
  })

  it('looks again when a pod has been ready for long enough', () => {
    given(statefulSet({ minReadySeconds: 30 }), revision, member(0, { readySince: now - 10_000 }))
      .when('default/web')
      .requeuesAfter(20_000)
      .why('waiting for web-0 to be ready for long enough')
  })

  it('is woken by a claim that is gone', () => {
    const watch = statefulSetController.watches.at(-1)
    assert.ok(watch && 'kind' in watch)
    const { cut } = given(statefulSet({ volumeClaimTemplates: [{ metadata: { name: 'data' } }] }))
    const gone = (name: string) =>
      watch.keys(
        { before: { metadata: { name, namespace: 'default' } }, after: undefined } as unknown as Parameters<
          typeof watch.keys
        >[0],
        cut,
      ).length
    assert.deepEqual([gone('data-web-0'), gone('other-web-0')], [1, 0])
  })
})
