import assert from 'node:assert/strict'
import type { ResourceQuota } from '@periplus/kinds'
import { builtInAdmission } from '../src/index.ts'
import { at, dataOf, patchOf, rule, statusOfRefused, webhook, webhookWorld } from './webhook-world.ts'
import type { Hook, Says, WebhookWorld } from './webhook-world.ts'
import { kindOf, object, ok, refOf, world } from './world.ts'

const group = 'admissionregistration.k8s.io'

describe('admission webhooks', function () {
  this.timeout(60_000)
  const open: { close(): unknown }[] = []
  afterEach(async () => {
    for (const one of open.splice(0).reverse()) await one.close()
  })
  const begin = async (options?: Parameters<typeof webhookWorld>[0]): Promise<WebhookWorld> => {
    const it = await webhookWorld(options)
    open.push(it)
    return it
  }
  const serve = async (says: Says): Promise<Hook> => {
    const server = await webhook(says)
    open.push(server)
    return server
  }
  const configure = (it: WebhookWorld, type: 'mutating' | 'validating', name: string, ...webhooks: readonly object[]) =>
    it.make(group, `${type}webhookconfigurations`, { metadata: { name }, webhooks })
  const allow: Says = () => ({ allowed: true })

  it('are asked what Kubernetes asks them', async () => {
    const it = await begin()
    const server = await serve(allow)
    await configure(it, 'validating', 'conf', at(server))
    ok(await it.create('one'))
    const [request] = server.requests
    const { uid, object: asked, ...rest } = request ?? { uid: '', object: null }
    assert.match(uid, /^id-\d+$/)
    assert.equal(asked?.metadata.name, 'one')
    assert.deepEqual(rest, {
      kind: { group: '', version: 'v1', kind: 'ConfigMap' },
      resource: { group: '', version: 'v1', resource: 'configmaps' },
      requestKind: { group: '', version: 'v1', kind: 'ConfigMap' },
      requestResource: { group: '', version: 'v1', resource: 'configmaps' },
      name: 'one',
      namespace: 'default',
      operation: 'CREATE',
      userInfo: { username: 'alice', groups: ['system:authenticated'] },
      oldObject: null,
      dryRun: false,
      options: { apiVersion: 'meta.k8s.io/v1', kind: 'CreateOptions' },
    })
  })

  it('refuse with their own words, code and reason, and nothing is written', async () => {
    const it = await begin()
    const server = await serve(() => ({
      allowed: false,
      status: { code: 403, reason: 'Forbidden', message: 'not that' },
    }))
    await configure(it, 'validating', 'conf', at(server))
    const { code, reason, message } = statusOfRefused(await it.create('one'))
    assert.deepEqual(
      [code, reason, message],
      [403, 'Forbidden', 'admission webhook "hook.example.com" denied the request: not that'],
    )
    assert.equal(it.log.slice(1).at(-1)?.ref.resource, 'validatingwebhookconfigurations')
  })

  it('refuse without explanation', async () => {
    const it = await begin()
    const server = await serve(() => ({ allowed: false }))
    await configure(it, 'mutating', 'conf', at(server))
    const { code, reason, message } = statusOfRefused(await it.create('one'))
    assert.deepEqual(
      [code, reason, message],
      [400, undefined, 'admission webhook "hook.example.com" denied the request without explanation'],
    )
  })

  it('change objects one after the other, in the order of their names, before the defaults', async () => {
    const it = await begin()
    const add =
      (key: string): Says =>
      ({ object: asked }) =>
        patchOf({ op: 'add', path: `/data/${key}`, value: Object.keys(asked?.data ?? {}).join() })
    const [first, second] = [await serve(add('first')), await serve(add('second'))]
    await configure(it, 'mutating', 'b', at(second))
    await configure(it, 'mutating', 'a', at(first))
    assert.deepEqual(dataOf(ok(await it.create('one'))), { a: '1', first: 'a', second: 'a,first' })
  })

  it('have a pod filled in that they add a container to', async () => {
    const it = await begin()
    const container = { name: 'added', image: 'busybox' }
    const server = await serve(() => patchOf({ op: 'add', path: '/spec/containers/-', value: container }))
    await configure(it, 'mutating', 'conf', at(server, { rules: [rule({ resources: ['pods'] })] }))
    const made = await it.make('', 'pods', {
      metadata: { name: 'p', namespace: 'default' },
      spec: { containers: [{ name: 'c', image: 'i' }] },
    })
    const { containers } = (made.object as unknown as { spec: { containers: Record<string, unknown>[] } }).spec
    assert.deepEqual(
      containers.map(one => [one['name'], one['terminationMessagePolicy']]),
      [
        ['c', 'File'],
        ['added', 'File'],
      ],
    )
    // The service account's token is mounted by a plugin that looks again.
    assert.deepEqual(
      containers.map(one => (one['volumeMounts'] as unknown[]).length),
      [1, 1],
    )
  })

  it('have another look where they want to, once', async () => {
    const it = await begin()
    const looks = await serve(allow)
    const once = await serve(allow)
    const changes = await serve(({ object: asked }) =>
      patchOf({ op: 'add', path: '/data/n', value: String(Number(asked?.data?.['n'] ?? 0) + 1) }),
    )
    await configure(
      it,
      'mutating',
      'conf',
      ...[
        at(looks, { name: 'a.example.com', reinvocationPolicy: 'IfNeeded' }),
        at(once, { name: 'b.example.com' }),
        at(changes, { name: 'c.example.com', reinvocationPolicy: 'IfNeeded' }),
      ],
    )
    assert.deepEqual(dataOf(ok(await it.create('one'))), { a: '1', n: '1' })
    assert.deepEqual([looks.asked(), once.asked(), changes.asked()], [2, 1, 1])
    assert.equal(looks.requests[1]?.object?.data?.['n'], '1')
  })

  it('leave what no client may choose as it is', async () => {
    const it = await begin()
    const server = await serve(() =>
      patchOf(
        { op: 'replace', path: '/metadata/uid', value: 'mine' },
        { op: 'add', path: '/metadata/resourceVersion', value: '' },
        { op: 'add', path: '/metadata/deletionTimestamp', value: '2020-01-01T00:00:00Z' },
        { op: 'add', path: '/surplus', value: 1 },
      ),
    )
    await configure(it, 'mutating', 'conf', at(server))
    const made = ok(await it.create('one')).object
    assert.match(made.metadata?.uid ?? '', /^id-/)
    assert.equal(made.metadata?.deletionTimestamp, undefined)
    assert.equal('surplus' in made, false)
  })

  const broken: Readonly<Record<string, readonly [Says, RegExp]>> = {
    'another name': [() => patchOf({ op: 'replace', path: '/metadata/name', value: 'two' }), /immutable/],
    'what is no patch of this object': [
      () => patchOf({ op: 'remove', path: '/data/b' }),
      /Unable to remove nonexistent key: b|data\/b/,
    ],
    'what does not fit the kind': [() => patchOf({ op: 'replace', path: '/data', value: 1 }), /ConfigMap/],
  }
  for (const [what, [says, words]] of Object.entries(broken))
    it(`are refused ${what}, whatever their policy`, async () => {
      const it = await begin()
      const server = await serve(says)
      await configure(it, 'mutating', 'conf', at(server, { failurePolicy: 'Ignore' }))
      const { code, message } = statusOfRefused(await it.create('one'))
      assert.equal(code, 500)
      assert.match(message ?? '', words)
    })

  it('may make an object that the rules of its kind refuse', async () => {
    const it = await begin()
    const server = await serve(() => patchOf({ op: 'add', path: '/metadata/labels', value: { 'not a label': 'x' } }))
    await configure(it, 'mutating', 'conf', at(server))
    assert.equal(statusOfRefused(await it.create('one')).code, 422)
  })

  const faults: Readonly<Record<string, readonly [Says, RegExp]>> = {
    silence: [() => undefined, /failed to call webhook: Post "https:.*timeout=1s": context deadline exceeded$/],
    garbage: [(_, response) => void response.end('<html>'), /json parse error/],
    'another uid': [() => ({ uid: 'other', allowed: true }), /expected response\.uid="id-\d+", got "other"$/],
    'a patch without its type': [
      () => ({ allowed: true, patch: 'W10=' }),
      /response\.patch but not response\.patchType$/,
    ],
    'a patch that is no JSON': [() => ({ allowed: true, patch: 'eA==', patchType: 'JSONPatch' }), /undecodable patch/],
    'a redirect': [
      (_, response) => void response.writeHead(302, { location: 'https://example.com' }).end(),
      /not followed/,
    ],
  }
  for (const [what, [says, words]] of Object.entries(faults)) {
    it(`that answer ${what} fail the write`, async () => {
      const it = await begin()
      const server = await serve(says)
      await configure(it, 'mutating', 'conf', at(server, { timeoutSeconds: 1 }))
      const { code, message } = statusOfRefused(await it.create('one'))
      assert.equal(code, 500)
      assert.match(message ?? '', /^Internal error occurred: failed calling webhook "hook\.example\.com": /)
      assert.match(message ?? '', words)
    })
    it(`that answer ${what} are passed over where their policy is so`, async () => {
      const it = await begin()
      const server = await serve(says)
      await configure(it, 'mutating', 'conf', at(server, { timeoutSeconds: 1, failurePolicy: 'Ignore' }))
      ok(await it.create('one'))
      assert.deepEqual(JSON.parse(it.log.slice(1).at(-1)?.admission ?? ''), [
        { by: 'conf/hook.example.com', failedOpen: true },
      ])
    })
  }

  it('leave in the event what they have changed, and of much a digest', async () => {
    const it = await begin()
    const server = await serve(({ name }) =>
      patchOf({ op: 'add', path: '/data/b', value: name === 'large' ? 'x'.repeat(5_000) : 'é' }),
    )
    await configure(it, 'mutating', 'conf', at(server))
    ok(await it.create('small'))
    const note = (): unknown => JSON.parse(it.log.slice(1).at(-1)?.admission ?? '')
    assert.deepEqual(note(), [{ by: 'conf/hook.example.com', patch: [{ op: 'add', path: '/data/b', value: 'é' }] }])
    ok(await it.create('large'))
    assert.match(JSON.stringify(note()), /^\[\{"by":"conf\/hook\.example\.com","patch":"sha256:[\w-]{43}"\}\]$/)
  })

  it('warn', async () => {
    const it = await begin()
    const server = await serve(() => ({ allowed: true, warnings: ['mind that'], auditAnnotations: { why: 'because' } }))
    await configure(it, 'validating', 'conf', at(server))
    assert.deepEqual(ok(await it.create('one')).warnings, ['mind that'])
    assert.match(it.log.slice(1).at(-1)?.admission ?? '', /"annotations":\{"why":"because"\}/)
  })

  it('are asked of deletions, and may refuse them', async () => {
    const it = await begin()
    const server = await serve(({ operation, oldObject, object: asked }) => ({
      allowed: operation !== 'DELETE' || asked !== null || oldObject === null,
    }))
    await configure(it, 'validating', 'conf', at(server))
    ok(await it.create('one'))
    const ref = refOf('', 'configmaps', 'default', 'one')
    const gone = await it.run({
      verb: 'delete',
      kind: kindOf('', 'configmaps'),
      ref,
      options: { propagationPolicy: 'Background' },
    })
    assert.match(statusOfRefused(gone).message ?? '', /denied the request/)
    assert.deepEqual(server.requests.at(-1)?.options, {
      apiVersion: 'meta.k8s.io/v1',
      kind: 'DeleteOptions',
      propagationPolicy: 'Background',
    })
  })

  it('are not asked of configurations of webhooks', async () => {
    const it = await begin()
    const server = await serve(() => ({ allowed: false }))
    const all = rule({ apiGroups: ['*'], apiVersions: ['*'], resources: ['*/*'] })
    for (const type of ['validating', 'mutating'] as const)
      await configure(it, type, 'conf', at(server, { rules: [all] }))
    const ref = refOf(group, 'mutatingwebhookconfigurations', '', 'conf')
    ok(await it.run({ verb: 'delete', kind: kindOf(group, 'mutatingwebhookconfigurations'), ref, options: {} }))
    assert.equal(server.asked(), 0)
    assert.equal(statusOfRefused(await it.create('one')).code, 400)
  })

  it('are told of a dry run', async () => {
    const it = await begin()
    const server = await serve(allow)
    await configure(it, 'validating', 'conf', at(server, { sideEffects: 'NoneOnDryRun' }))
    const dry = () =>
      it.run({
        verb: 'create',
        kind: kindOf('', 'configmaps'),
        object: object({ metadata: { name: 'dry', namespace: 'default' } }),
        dryRun: true,
      })
    ok(await dry())
    assert.equal(server.requests[0]?.dryRun, true)
    assert.deepEqual(server.requests[0]?.options, {
      apiVersion: 'meta.k8s.io/v1',
      kind: 'CreateOptions',
      dryRun: ['All'],
    })
  })

  const selections: Readonly<Record<string, readonly [object, boolean]>> = {
    'of its namespace': [{ namespaceSelector: { matchLabels: { kubernetes: 'no' } } }, true],
    'of another namespace': [{ namespaceSelector: { matchLabels: { kubernetes: 'yes' } } }, false],
    'with its labels': [{ objectSelector: { matchLabels: { app: 'web' } } }, true],
    'with other labels': [{ objectSelector: { matchExpressions: [{ key: 'app', operator: 'DoesNotExist' }] } }, false],
    'of its operation': [{ rules: [rule({ operations: ['CREATE'] })] }, true],
    'of another operation': [{ rules: [rule({ operations: ['UPDATE', 'DELETE', 'CONNECT'] })] }, false],
    'of its scope': [{ rules: [rule({ scope: 'Namespaced' })] }, true],
    'of another scope': [{ rules: [rule({ scope: 'Cluster' })] }, false],
    'of every resource': [{ rules: [rule({ resources: ['*'] })] }, true],
    'of every subresource': [{ rules: [rule({ resources: ['configmaps/*'] })] }, true],
    'of a subresource': [{ rules: [rule({ resources: ['configmaps/status', '*/scale'] })] }, false],
    'of another group': [{ rules: [rule({ apiGroups: ['apps'] })] }, false],
    'of no rule': [{ rules: [] }, false],
  }
  for (const [what, [more, isAsked]] of Object.entries(selections))
    it(`are ${isAsked ? '' : 'not '}asked about what is ${what}`, async () => {
      const it = await begin()
      const server = await serve(allow)
      await configure(it, 'validating', 'conf', at(server, more))
      ok(await it.create('one', { metadata: { name: 'one', namespace: 'default', labels: { app: 'web' } } }))
      assert.equal(server.asked(), isAsked ? 1 : 0)
    })

  it('are shown the version that they ask for, and change the one that was sent', async () => {
    const it = await begin()
    const server = await serve(({ kind, object: asked }) => {
      const { spec } = asked as unknown as { spec: { targetCPUUtilizationPercentage?: number } }
      if (kind.version !== 'v1' || spec.targetCPUUtilizationPercentage !== 50) return { allowed: false }
      return patchOf({ op: 'replace', path: '/spec/targetCPUUtilizationPercentage', value: 60 })
    })
    const rules = [rule({ apiGroups: ['autoscaling'], resources: ['horizontalpodautoscalers'] })]
    await configure(it, 'mutating', 'conf', at(server, { rules }))
    const metrics = (averageUtilization: number) => [
      { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } } },
    ]
    const scaleTargetRef = { kind: 'Deployment', name: 'web', apiVersion: 'apps/v1' }
    const made = await it.make('autoscaling', 'horizontalpodautoscalers', {
      metadata: { name: 'h', namespace: 'default' },
      spec: { scaleTargetRef, maxReplicas: 3, metrics: metrics(50) },
    })
    assert.deepEqual((made.object as unknown as { spec: { metrics: unknown } }).spec.metrics, metrics(60))
    const { requestKind } = server.requests[0] ?? {}
    assert.deepEqual(requestKind, { group: 'autoscaling', version: 'v2', kind: 'HorizontalPodAutoscaler' })
  })

  it('that hang hold up nobody else, neither of the object nor of its namespace with a quota', async () => {
    const it = await begin()
    let [begun, release] = [(): void => undefined, (): void => undefined]
    const asked = new Promise<void>(resolve => (begun = resolve))
    const held = new Promise<void>(resolve => (release = resolve))
    let waiting = 2
    const server = await serve(async ({ name, object: one }) => {
      if (name === 'slow' || one?.data?.['a'] === 'slow') {
        if (--waiting === 0) begun()
        await held
      }
      return { allowed: true }
    })
    const quota = { metadata: { name: 'q', namespace: 'default' }, spec: { hard: { configmaps: '9' } } }
    await it.make('', 'resourcequotas', quota)
    const seen = async (done: ReturnType<typeof it.create>): Promise<void> => {
      ok(await done)
      it.catchUp()
    }
    await seen(it.create('one'))
    await configure(it, 'validating', 'conf', at(server, { timeoutSeconds: 30 }))
    const update = (a: string) =>
      it.run({
        verb: 'update',
        kind: kindOf('', 'configmaps'),
        object: object({ metadata: { name: 'one', namespace: 'default' }, data: { a } }),
      })
    const slow = [it.create('slow'), update('slow')]
    await asked
    await seen(it.create('two'))
    await seen(update('2'))
    release()
    for (const one of slow) await seen(one)
    const told = it.log
      .slice(1)
      .flatMap(({ ref, type }) => (ref.resource === 'configmaps' ? [`${ref.name} ${type}`] : []))
    assert.deepEqual(told.slice(0, 3), ['one created', 'two created', 'one spec-changed'])
    assert.deepEqual([...told.slice(3)].sort(), ['one spec-changed', 'slow created'])
  })

  it('are asked once, though somebody else was quicker with what is written besides', async () => {
    const it = await begin()
    const quota = { metadata: { name: 'q', namespace: 'default' }, spec: { hard: { configmaps: '9' } } }
    await it.make('', 'resourcequotas', quota)
    const other = world({ log: it.log, prefix: 'other', admission: builtInAdmission })
    const server = await serve(async () => {
      other.catchUp()
      const made = object({ metadata: { name: 'two', namespace: 'default' } })
      ok(await other.run({ verb: 'create', kind: kindOf('', 'configmaps'), object: made }))
      return { allowed: true }
    })
    await configure(it, 'validating', 'conf', at(server))
    const waiting = it.create('one')
    const done = waiting.then(() => true)
    while (!(await Promise.race([done, new Promise<false>(resolve => setImmediate(() => resolve(false)))])))
      if (server.asked() > 0) it.catchUp()
    ok(await waiting)
    assert.equal(server.asked(), 1)
    it.catchUp()
    const { status } = it.cut.entry(refOf('', 'resourcequotas', 'default', 'q'))?.object() as ResourceQuota
    assert.deepEqual(status?.used, { configmaps: '2' })
  })

  it('are asked again about what is another object by then', async () => {
    const it = await begin()
    ok(await it.create('one'))
    it.catchUp()
    const other = world({ log: it.log, prefix: 'other' })
    const patch = (who: typeof other, key: string) =>
      who.run({
        verb: 'patch',
        kind: kindOf('', 'configmaps'),
        ref: refOf('', 'configmaps', 'default', 'one'),
        patch: { type: 'merge', body: { data: { [key]: '1' } } },
      })
    let meets = true
    const server = await serve(async () => {
      if (meets) {
        meets = false
        other.catchUp()
        ok(await patch(other, 'theirs'))
      }
      return { allowed: true }
    })
    await configure(it, 'validating', 'conf', at(server))
    assert.deepEqual(dataOf(ok(await patch(it, 'mine'))), { a: '1', theirs: '1', mine: '1' })
    assert.deepEqual(
      server.requests.map(one => Object.keys(one.object?.data ?? {})),
      [
        ['a', 'mine'],
        ['a', 'theirs', 'mine'],
      ],
    )
  })

  it('are all asked at once', async () => {
    const it = await begin()
    let waiting = 100
    let answer: (() => void) | undefined
    const all = new Promise<void>(resolve => (answer = resolve))
    const server = await serve(async () => {
      if (--waiting === 0) answer?.()
      await all
      return { allowed: true }
    })
    const hooks = Array.from({ length: waiting }, (_, i) =>
      at(server, { name: `h${i}.example.com`, timeoutSeconds: 30 }),
    )
    await configure(it, 'validating', 'conf', ...hooks)
    ok(await it.create('one'))
    assert.match(it.log.slice(1).at(-1)?.admission ?? '', /^\[\{"by":"100 webhooks","all":"sha256:/)
  })
})
