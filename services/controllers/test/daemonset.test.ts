import assert from 'node:assert/strict'
import { canonicalJson, controlledBy, formatTime } from '@periplus/api'
import type { Stored } from '@periplus/api'
import { startOfTime } from '@periplus/controller'
import { ControllerRevision, DaemonSet, Pod } from '@periplus/kinds'
import { daemonSetController } from '../src/index.ts'
import { node, template } from './objects.ts'
import { given, now, daemonSet, revisionOf, hashOf, affine, daemon, deletes, numbered, deeds } from './daemons.ts'
import type { Traits } from './daemons.ts'

describe('the DaemonSet controller', () => {
  const set = daemonSet()
  const revision = revisionOf(set)
  const hash = hashOf(revision)
  const cordoned = node('a', {
    spec: { unschedulable: true, taints: [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }] },
  })

  it('leaves room for a hash in the names of its revisions', () => {
    const long = daemonSet({}, { metadata: { name: 'a'.repeat(253), namespace: 'default' } })
    const [made] = given(long).when(`default/${'a'.repeat(253)}`).commands
    assert.ok(made?.verb === 'create' && made.kind === ControllerRevision)
    assert.match(made.object.metadata?.name ?? '', /^a{223}-[b-z0-9]+$/)
  })

  it('records its template with keys in order, as clients of Go would write it to compare', () => {
    const [made] = given(set, node('a')).when('default/log').commands
    assert.ok(made?.verb === 'create' && made.kind === ControllerRevision)
    const { data } = made.object as ControllerRevision
    assert.equal(JSON.stringify(data), canonicalJson(data))
  })

  it('records its template, and makes the first pod alone, for one node, with the tolerations of daemons', () => {
    const name = `log-${hash}`
    given(set, node('a'), node('b'))
      .when('default/log')
      .then(
        {
          verb: 'create',
          kind: ControllerRevision,
          object: {
            metadata: {
              name,
              labels: { app: 'log', 'controller-revision-hash': hash },
              ownerReferences: [controlledBy(DaemonSet, set)],
            },
            data: { spec: { template: { ...template({ app: 'log' }), $patch: 'replace' } } },
            revision: 1,
          },
        },
        {
          verb: 'create',
          kind: Pod,
          object: {
            metadata: {
              name: /^log-[b-z2-9]{5}$/,
              generateName: 'log-',
              labels: { app: 'log', 'controller-revision-hash': hash },
              ownerReferences: [controlledBy(DaemonSet, set)],
            },
            spec: {
              nodeName: undefined,
              affinity: affine('a'),
              tolerations: [
                { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' },
                { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute' },
                { key: 'node.kubernetes.io/disk-pressure', operator: 'Exists', effect: 'NoSchedule' },
                { key: 'node.kubernetes.io/memory-pressure', operator: 'Exists', effect: 'NoSchedule' },
                { key: 'node.kubernetes.io/pid-pressure', operator: 'Exists', effect: 'NoSchedule' },
                { key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' },
              ],
            },
          },
        },
        {
          verb: 'patch',
          kind: DaemonSet,
          subresource: 'status',
          patch: {
            body: {
              status: {
                desiredNumberScheduled: 2,
                currentNumberScheduled: 0,
                numberMisscheduled: 0,
                numberReady: 0,
                numberUnavailable: 2,
                observedGeneration: 1,
              },
            },
          },
        },
      )
      .tells(/^SuccessfulCreate: Created pod: log-.{5}$/)
      .why('2 nodes lack a pod, a first; of 2 nodes that are to run a pod, 0 run it as it is now, 0 available')
  })

  it('tolerates a node without network only on the host’s', () => {
    const host = daemonSet({ template: { ...template({ app: 'log' }), spec: { containers: [], hostNetwork: true } } })
    const { commands } = given(host, revisionOf(host), node('a')).when('default/log')
    const [made] = commands
    assert.ok(made?.verb === 'create')
    assert.ok((made.object as Pod).spec?.tolerations?.some(({ key }) => key?.endsWith('/network-unavailable')))
  })

  const placed: readonly (readonly [string, readonly ReturnType<typeof node>[], readonly string[]])[] = [
    ['on a cordoned node', [cordoned], ['create on a']],
    ['not on a node with another taint', [node('a', { spec: { taints: [{ key: 'k', effect: 'NoSchedule' }] } })], []],
    [
      'on a node that is not ready',
      [node('a', { spec: { taints: [{ key: 'node.kubernetes.io/not-ready', effect: 'NoExecute' }] } })],
      ['create on a'],
    ],
  ]
  for (const [name, nodes, expected] of placed)
    it(`makes a pod ${name}`, () =>
      assert.deepEqual(deeds(given(set, revision, ...nodes).when('default/log').commands), expected))

  it('asks the node selector and affinity of its template', () => {
    const picky = daemonSet({
      template: { ...template({ app: 'log' }), spec: { containers: [], nodeSelector: { disk: 'ssd' } } },
    })
    const nodes = [node('a'), node('b', { metadata: { labels: { disk: 'ssd' } } })]
    assert.deepEqual(deeds(given(picky, revisionOf(picky), ...nodes).when('default/log').commands), ['create on b'])
  })

  it('leaves pods where they are that a taint came upon, and ends those that NoExecute does', () => {
    const taints = (effect: string) => node('a', { spec: { taints: [{ key: 'k', effect }] } })
    const pods = [daemon(set, 'a', 'log-a')]
    const status = (commands: readonly unknown[]) => JSON.stringify(commands)
    const stays = given(set, revision, taints('NoSchedule'), ...pods).when('default/log')
    assert.deepEqual(deeds(stays.commands), [])
    assert.match(status(stays.commands), /"numberMisscheduled":1/)
    given(set, revision, taints('NoExecute'), ...pods)
      .when('default/log')
      .tells('SuccessfulDelete: Deleted pod: log-a')
  })

  it('deletes all but the oldest pod of a node, bound ones first', () => {
    const pods = [
      daemon(set, 'a', 'waiting', { created: startOfTime - 1000, bound: false }),
      daemon(set, 'a', 'young', { created: startOfTime + 1000 }),
      daemon(set, 'a', 'old'),
    ]
    const { commands } = given(set, revision, node('a'), ...pods).when('default/log')
    assert.deepEqual(deeds(commands), ['delete young', 'delete waiting'])
  })

  it('deletes what waits for a node that is gone', () => {
    const pods = [daemon(set, 'gone', 'waiting', { bound: false }), daemon(set, 'gone', 'lost')]
    assert.deepEqual(deeds(given(set, revision, ...pods).when('default/log').commands), ['delete waiting'])
  })

  it('leaves pods alone while it is being deleted, and those of a namespace that is', () => {
    const leaving = daemonSet({}, { metadata: { name: 'log', deletionTimestamp: formatTime(now) } })
    given(leaving, node('a')).when('default/log').then()
    const namespace = {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'default', deletionTimestamp: formatTime(now) },
    }
    assert.deepEqual(deeds(given(set, revision, namespace, node('a')).when('default/log').commands), [])
  })

  it('warns of a selector that selects everything', () => {
    given(daemonSet({ selector: {} }), node('a'))
      .when('default/log')
      .then()
      .tells('SelectingAll: This daemon set is selecting all pods. A non-empty selector is required.')
  })

  it('says what a quota refused, and tries one pod', () => {
    const refused = {
      verb: 'create',
      resource: 'pods',
      refusal: { tag: 'Forbidden', target: { group: '', resource: 'pods', name: 'x' }, message: 'exceeded quota: q' },
    } as const
    const pods = ['a', 'b'].map(name => daemon(set, name, `log-${name}`))
    const nodes = ['a', 'b', 'c', 'd'].map(name => node(name))
    const { commands, told } = given(set, revision, ...nodes, ...pods).when('default/log', { refused })
    assert.deepEqual(deeds(commands), ['create on c'])
    assert.match(told[0] ?? '', /^FailedCreate: Error creating: pods "x" is forbidden: exceeded quota: q$/)
  })

  describe('with pods that ended', () => {
    it('replaces one that failed at once, and tells its successor', () => {
      given(set, revision, node('a'), daemon(set, 'a', 'log-a', { phase: 'Failed' }))
        .when('default/log')
        .tells(
          'FailedDaemonPod: Found failed daemon pod default/log-a on node a, will try to kill it',
          'SuccessfulDelete: Deleted pod: log-a',
          /^SuccessfulCreate: /,
        )
        .then(
          deletes('log-a'),
          {
            verb: 'create',
            kind: Pod,
            object: { metadata: { annotations: { 'daemonset.periplus.io/failures': '1' } } },
          },
          { verb: 'patch', kind: DaemonSet },
        )
    })

    it('waits twice as long after each failure, up to 15 minutes', () => {
      const wait = (failures: number) =>
        given(set, revision, node('a'), daemon(set, 'a', 'log-a', { phase: 'Failed', failures, created: now })).when(
          'default/log',
        ).decision.requeueAfter
      assert.deepEqual([1, 2, 5, 11, 50].map(wait), [1_000, 2_000, 16_000, 900_000, 900_000])
    })

    it('begins anew after a pod that ran for half an hour, and with another template', () => {
      for (const traits of [{ created: now - 1_800_001 }, { created: now, hash: 'other' }]) {
        const failed = daemon(set, 'a', 'log-a', { phase: 'Failed', failures: 8, ...traits })
        assert.deepEqual(deeds(given(set, revision, node('a'), failed).when('default/log').commands), [
          'delete log-a',
          'create on a',
        ])
      }
    })

    it('deletes one that succeeded, and makes another when it is gone', () => {
      const { commands, told } = given(
        set,
        revision,
        node('a'),
        daemon(set, 'a', 'log-a', { phase: 'Succeeded' }),
      ).when('default/log')
      assert.deepEqual(deeds(commands), ['delete log-a'])
      assert.equal(
        told[0],
        'SucceededDaemonPod: Found succeeded daemon pod default/log-a on node a, will try to delete it',
      )
    })
  })

  describe('when its template changed', () => {
    const rolled = (rollingUpdate: object, minReadySeconds = 0) =>
      daemonSet({ updateStrategy: { type: 'RollingUpdate', rollingUpdate }, minReadySeconds })
    const names = ['a', 'b', 'c', 'd']
    const nodes = names.map(name => node(name))
    const old = (name: string, traits: Traits = {}) => daemon(set, name, `old-${name}`, { hash: 'old', ...traits })
    const young = (name: string, traits: Traits = {}) => daemon(set, name, `new-${name}`, traits)
    const after = (one: Stored<DaemonSet>, ...pods: readonly Pod[]) =>
      deeds(given(one, revisionOf(one), ...nodes, ...pods).when('default/log').commands)

    const cases: readonly (readonly [string, object, readonly Pod[], readonly string[], number?])[] = [
      ['deletes one pod', { maxUnavailable: 1 }, names.map(name => old(name)), ['delete old-a']],
      [
        'deletes as many as may be unavailable',
        { maxUnavailable: '50%' },
        names.map(name => old(name)),
        ['delete old-a', 'delete old-b'],
      ],
      [
        'counts those that are unavailable already',
        { maxUnavailable: 2 },
        [young('a', { ready: false }), old('b'), old('c'), old('d')],
        ['delete old-b'],
      ],
      [
        'waits for the new pod',
        { maxUnavailable: 1 },
        [young('a', { ready: false }), old('b'), old('c'), old('d')],
        [],
      ],
      [
        'replaces what is not available anyway',
        { maxUnavailable: 1 },
        [old('a', { ready: false }), old('b', { ready: false }), old('c'), old('d')],
        ['delete old-a', 'delete old-b'],
      ],
      [
        'waits for a pod that is going',
        { maxUnavailable: 1 },
        [old('a', { leaving: true }), old('b'), old('c'), old('d')],
        [],
      ],
      [
        'takes at least one where nothing is allowed',
        { maxUnavailable: 0 },
        names.map(name => old(name)),
        ['delete old-a'],
      ],
      [
        'waits until new pods were ready for long enough',
        { maxUnavailable: 1 },
        [young('a', { readySince: now - 5_000 }), old('b'), old('c'), old('d')],
        [],
        10,
      ],
      [
        'makes new pods first where it may surge',
        { maxSurge: 2, maxUnavailable: 0 },
        names.map(name => old(name)),
        ['create on a', 'create on b'],
      ],
      [
        'deletes the old pod when the new one is available',
        { maxSurge: 1, maxUnavailable: 0 },
        [old('a'), young('a'), old('b'), old('c'), old('d')],
        ['delete old-a'],
      ],
      [
        'makes no more while a new pod is not available',
        { maxSurge: 1, maxUnavailable: 0 },
        [old('a'), young('a', { ready: false }), old('b'), old('c'), old('d')],
        [],
      ],
      [
        'makes new pods at once where the old ones are unavailable',
        { maxSurge: 1, maxUnavailable: 0 },
        [old('a', { ready: false }), old('b', { ready: false }), old('c'), old('d')],
        ['create on a', 'create on b', 'create on c'],
      ],
      [
        'keeps the new one of two that are unavailable',
        { maxSurge: 1, maxUnavailable: 0 },
        [old('a', { ready: false }), young('a', { ready: false }), young('b'), young('c'), young('d')],
        ['delete old-a'],
      ],
    ]
    for (const strategy of [{ maxSurge: 1, maxUnavailable: 0 }, { maxUnavailable: 1 }])
      it(`keeps of two old ones that which serves, where ${JSON.stringify(strategy)} may be`, () => {
        const others = ['b', 'c', 'd'].map(name => young(name))
        const two = [daemon(set, 'a', 'a-first', { hash: 'older', ready: false }), old('a')]
        assert.deepEqual(after(rolled(strategy), ...two, ...others), ['delete a-first'])
      })
    for (const [name, rollingUpdate, pods, expected, minReadySeconds] of cases)
      it(name, () => assert.deepEqual(after(rolled(rollingUpdate, minReadySeconds), ...pods), expected))

    it('leaves old pods to people where they are to delete them', () =>
      assert.deepEqual(after(daemonSet({ updateStrategy: { type: 'OnDelete' } }), ...names.map(name => old(name))), []))

    it('keeps a pod that belongs elsewhere while it surges, until another is available', () => {
      const moved = daemonSet({
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
        template: { ...template({ app: 'log' }), spec: { containers: [], nodeSelector: { to: 'b' } } },
      })
      const target = [node('a', { spec: { taints: [] } }), node('b', { metadata: { labels: { to: 'b' } } })]
      const decided = (...pods: readonly Pod[]) =>
        deeds(given(moved, revisionOf(moved), ...target, ...pods).when('default/log').commands)
      assert.deepEqual(decided(old('a')), ['delete old-a', 'create on b'])
    })

    it('tells when it looks again at pods that are not ready for long enough yet', () => {
      given(rolled({}, 10), revisionOf(rolled({}, 10)), node('a'), young('a', { readySince: now - 4_000 }))
        .when('default/log')
        .requeuesAfter(6_000)
    })
  })

  describe('with a history', () => {
    const other = (name: string, number: number, image: string): Stored<ControllerRevision> =>
      revisionOf(daemonSet({ template: template({ app: 'log' }, image) }), {
        metadata: { name: `log-${name}`, labels: { app: 'log', 'controller-revision-hash': name } },
        revision: number,
      })

    it('makes a revision that it goes back to the newest', () => {
      given(set, revision, other('x', 2, 'x'), node('a'), daemon(set, 'a', 'log-a'))
        .when('default/log')
        .then(
          {
            verb: 'patch',
            kind: ControllerRevision,
            ref: { name: revision.metadata.name },
            patch: { body: { revision: 3 } },
          },
          { verb: 'patch', kind: DaemonSet },
        )
    })

    it('forgets the oldest revisions that no pod is of', () => {
      const short = daemonSet({ revisionHistoryLimit: 1 })
      const past = [other('x', 1, 'x'), other('y', 2, 'y'), other('z', 3, 'z')]
      given(short, ...past, numbered(revision, 4), node('a'), daemon(set, 'a', 'log-a', { hash: 'x' }))
        .when('default/log')
        .then(
          deletes('log-a'),
          { verb: 'delete', kind: ControllerRevision, ref: { name: 'log-y' } },
          { verb: 'delete', kind: ControllerRevision, ref: { name: 'log-z' } },
          { verb: 'patch', kind: DaemonSet },
        )
    })

    it('takes another name where one is taken, and counts that', () => {
      const squatter = { ...other('q', 1, 'q'), metadata: { name: `log-${hash}`, namespace: 'default' } }
      const { commands } = given(set, squatter, node('a')).when('default/log')
      assert.equal(commands[0]?.verb, 'create')
      assert.match(JSON.stringify(commands), /"collisionCount":1/)
    })

    it('keeps a count of collisions that is zero, as nobody may take one away', () => {
      const counted = { ...set, status: { ...set.status, collisionCount: 0 } } as Stored<DaemonSet>
      const { commands } = given(counted, revision, node('a')).when('default/log')
      const said = commands.find(({ verb, kind }) => verb === 'patch' && kind === DaemonSet)
      assert.ok(said?.verb === 'patch')
      const { status } = said.patch.body as { readonly status: object }
      assert.ok('desiredNumberScheduled' in status)
      assert.ok(!('collisionCount' in status))
    })

    it('leaves one of two revisions of the same template, with the pods of both', () => {
      const double = {
        ...revision,
        metadata: { ...revision.metadata, name: 'log-d', labels: { app: 'log', 'controller-revision-hash': 'd' } },
      }
      given(set, double, numbered(revision, 2), node('a'), daemon(set, 'a', 'log-a', { hash: 'd' }))
        .when('default/log')
        .then(
          { verb: 'patch', kind: Pod, patch: { body: { metadata: { labels: { 'controller-revision-hash': hash } } } } },
          { verb: 'delete', kind: ControllerRevision, ref: { name: 'log-d' } },
          { verb: 'patch', kind: DaemonSet },
        )
    })
  })

  it('adopts pods that fit, and releases those that no longer do', () => {
    const stray = {
      ...daemon(set, 'a', 'stray'),
      metadata: { name: 'stray', namespace: 'default', labels: { app: 'log' } },
    }
    const lost = daemon(set, 'b', 'lost')
    const relabelled = { ...lost, metadata: { ...lost.metadata, labels: { app: 'else' } } }
    const { commands } = given(set, revision, node('a'), stray, relabelled).when('default/log')
    assert.deepEqual(
      commands.slice(0, 2).map(command => 'ref' in command && command.ref.name),
      ['lost', 'stray'],
    )
  })

  it('is woken by nodes that become others for it, and by no heartbeat', () => {
    const watch = daemonSetController.watches.at(-1)
    assert.ok(watch && 'kind' in watch)
    const { cut } = given(set)
    const keys = (before: unknown, after: unknown) =>
      watch.keys({ before, after, change: undefined } as unknown as Parameters<typeof watch.keys>[0], cut).length
    const tainted = node('a', { spec: { taints: [{ key: 'k', effect: 'NoSchedule' }] } })
    assert.deepEqual(
      [
        keys(undefined, node('a')),
        keys(node('a'), undefined),
        keys(node('a'), { ...node('a'), status: {} }),
        keys(node('a'), cordoned),
        keys(node('a'), tainted),
        keys(undefined, tainted),
      ],
      [1, 1, 0, 0, 1, 1],
    )
  })
})
