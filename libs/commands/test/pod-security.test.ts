import assert from 'node:assert/strict'
import { statusOf } from '@periplus/api'
import type { PodSpec } from '@periplus/kinds'
import { builtInAdmission } from '../src/index.ts'
import { kindOf, object, ok, refOf, refusal, world } from './world.ts'
import type { World } from './world.ts'

const prefix = 'pod-security.kubernetes.io'

const namespaced = async (labels: Readonly<Record<string, string>>): Promise<World> => {
  const it = world({ admission: builtInAdmission })
  const prefixed = Object.fromEntries(Object.entries(labels).map(([key, value]) => [`${prefix}/${key}`, value]))
  const namespace = object({ metadata: { name: 'shop', labels: prefixed } })
  ok(await it.run({ verb: 'create', kind: kindOf('', 'namespaces'), object: namespace }))
  it.catchUp()
  const account = object({ metadata: { name: 'default', namespace: 'shop' } })
  ok(await it.run({ verb: 'create', kind: kindOf('', 'serviceaccounts'), object: account }))
  it.catchUp()
  return it
}

const podOf = (spec: object, annotations?: object) =>
  object({
    metadata: { name: 'a', namespace: 'shop', ...(annotations ? { annotations } : {}) },
    spec: { automountServiceAccountToken: false, ...spec },
  })

const create = (it: World, pod: ReturnType<typeof podOf>) =>
  it.run({ verb: 'create', kind: kindOf('', 'pods'), object: pod })

const web = (securityContext?: object, more: object = {}) => ({
  name: 'web',
  image: 'nginx',
  ...(securityContext ? { securityContext } : {}),
  ...more,
})

/** What is said of the pod in a namespace that enforces this; without the part that is always the same. */
const refused = async (policy: string, spec: object, annotations?: object): Promise<string> => {
  const [enforce = '', version = 'latest'] = policy.split(':')
  const it = await namespaced({ enforce, 'enforce-version': version })
  const message = statusOf(refusal(await create(it, podOf(spec, annotations)))).message ?? ''
  const start = `pods "a" is forbidden: violates PodSecurity "${enforce}:${version}": `
  assert.ok(message.startsWith(start), message)
  return message.slice(start.length)
}

const good = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  runAsNonRoot: true,
  seccompProfile: { type: 'RuntimeDefault' },
}

describe('PodSecurity', () => {
  const cases: readonly (readonly [what: string, policy: string, spec: Partial<PodSpec> | object, words: string])[] = [
    [
      'host namespaces',
      'baseline',
      { hostNetwork: true, hostPID: true, containers: [web()] },
      'host namespaces (hostNetwork=true, hostPID=true)',
    ],
    [
      'privileged',
      'baseline',
      { containers: [web({ privileged: true })] },
      'privileged (container "web" must not set securityContext.privileged=true)',
    ],
    [
      'capabilities',
      'baseline',
      { containers: [web({ capabilities: { add: ['NET_RAW', 'CHOWN', 'BPF'] } })] },
      'non-default capabilities (container "web" must not include "BPF", "NET_RAW" in securityContext.capabilities.add)',
    ],
    [
      'hostPath',
      'baseline',
      {
        containers: [web()],
        volumes: [
          { name: 'a', hostPath: { path: '/' } },
          { name: 'b', hostPath: { path: '/' } },
        ],
      },
      'hostPath volumes (volumes "a", "b")',
    ],
    [
      'host ports',
      'baseline',
      {
        containers: [
          web(undefined, {
            ports: [
              { containerPort: 80, hostPort: 8080 },
              { containerPort: 81, hostPort: 443 },
            ],
          }),
        ],
      },
      'hostPort (container "web" uses hostPorts 443, 8080)',
    ],
    [
      'hosts of probes, from 1.34 on',
      'baseline',
      { containers: [web(undefined, { livenessProbe: { httpGet: { port: 80, host: '169.254.169.254' } } })] },
      'probe or lifecycle host (container "web" uses probe or lifecycle host "169.254.169.254")',
    ],
    [
      'SELinux',
      'baseline',
      { securityContext: { seLinuxOptions: { user: 'u' } }, containers: [web({ seLinuxOptions: { type: 'spc_t' } })] },
      'seLinuxOptions (pod and container "web" set forbidden securityContext.seLinuxOptions: type "spc_t"; user may not be set)',
    ],
    [
      'seccomp',
      'baseline',
      { containers: [web({ seccompProfile: { type: 'Unconfined' } })] },
      'seccompProfile (container "web" must not set securityContext.seccompProfile.type to "Unconfined")',
    ],
    [
      'sysctls',
      'baseline',
      { securityContext: { sysctls: [{ name: 'kernel.msgmax', value: '1' }] }, containers: [web()] },
      'forbidden sysctls (kernel.msgmax)',
    ],
    [
      'a sysctl that is safe since 1.32',
      'baseline:v1.31',
      { securityContext: { sysctls: [{ name: 'net.ipv4.tcp_rmem', value: '1' }] }, containers: [web()] },
      'forbidden sysctls (net.ipv4.tcp_rmem)',
    ],
    [
      'everything that restricted asks for',
      'restricted',
      { containers: [web()] },
      'allowPrivilegeEscalation != false (container "web" must set securityContext.allowPrivilegeEscalation=false), ' +
        'unrestricted capabilities (container "web" must set securityContext.capabilities.drop=["ALL"]), ' +
        'runAsNonRoot != true (pod or container "web" must set securityContext.runAsNonRoot=true), ' +
        'seccompProfile (pod or container "web" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
    ],
    [
      'what restricted did not ask for before 1.8',
      'restricted:v1.7',
      { containers: [web()] },
      'runAsNonRoot != true (pod or container "web" must set securityContext.runAsNonRoot=true)',
    ],
    [
      'volumes, instead of the baseline rule on hostPath',
      'restricted',
      {
        containers: [web(good)],
        volumes: [
          { name: 'a', hostPath: { path: '/' } },
          { name: 'b', nfs: { server: 's', path: '/' } },
        ],
      },
      'restricted volume types (volumes "a", "b" use restricted volume types "hostPath", "nfs")',
    ],
    [
      'root',
      'restricted',
      { securityContext: { runAsUser: 0 }, containers: [web({ ...good, runAsUser: 0 })] },
      'runAsUser=0 (pod and container "web" must not set runAsUser=0)',
    ],
    [
      'capabilities instead of the baseline rule',
      'restricted',
      { containers: [web({ ...good, capabilities: { drop: ['ALL'], add: ['CHOWN', 'NET_BIND_SERVICE'] } })] },
      'unrestricted capabilities (container "web" must not include "CHOWN" in securityContext.capabilities.add)',
    ],
    [
      'init containers too',
      'restricted',
      { initContainers: [{ ...web({ ...good, runAsNonRoot: false }), name: 'first' }], containers: [web(good)] },
      'runAsNonRoot != true (container "first" must not set securityContext.runAsNonRoot=false)',
    ],
  ]
  for (const [what, policy, spec, words] of cases)
    it(`refuses ${what}`, async () => assert.equal(await refused(policy, spec), words))

  it('refuses AppArmor profiles in fields and annotations', async () => {
    const key = 'container.apparmor.security.beta.kubernetes.io/web'
    assert.equal(
      await refused(
        'baseline',
        { containers: [web({ appArmorProfile: { type: 'Unconfined' } })] },
        { [key]: 'unconfined' },
      ),
      'forbidden AppArmor profiles (container "web" and annotation must not set AppArmor profile type to ' +
        `"Unconfined", "${key}="unconfined"")`,
    )
  })

  it('lets a pod pass that keeps every rule, and everything where nothing is asked for', async () => {
    ok(await create(await namespaced({ enforce: 'restricted' }), podOf({ containers: [web(good)] })))
    ok(await create(await namespaced({}), podOf({ hostNetwork: true, containers: [web({ privileged: true })] })))
    ok(await create(await namespaced({ enforce: 'privileged' }), podOf({ containers: [web({ privileged: true })] })))
  })

  it('enforces the strictest where a label cannot be read, which is refused when it is new', async () => {
    const it = await namespaced({})
    const kind = kindOf('', 'namespaces')
    const label = (key: string, value: string) => ({
      verb: 'patch' as const,
      kind,
      ref: refOf('', 'namespaces', '', 'shop'),
      patch: { type: 'merge' as const, body: { metadata: { labels: { [`${prefix}/${key}`]: value } } } },
    })
    const { message } = statusOf(refusal(await it.run(label('enforce', 'strict'))))
    assert.equal(
      message,
      `Namespace "shop" is invalid: metadata.labels[${prefix}/enforce]: Invalid value: "strict": ` +
        'must be one of privileged, baseline, restricted',
    )
    const version = statusOf(refusal(await it.run(label('warn-version', '1.30')))).message
    assert.match(version ?? '', /Invalid value: "1.30": must be "latest" or "v1.x"$/)
  })

  it('judges an update only where containers change what they run', async () => {
    const it = await namespaced({})
    ok(await create(it, podOf({ containers: [web()] })))
    it.catchUp()
    const patch = (resource: string, name: string, namespace: string, body: object, subresource?: string) =>
      it.run({
        verb: 'patch',
        kind: kindOf('', resource),
        ref: refOf('', resource, namespace, name),
        patch: { type: 'strategic', body },
        ...(subresource ? { subresource } : {}),
      })
    const { warnings } = ok(
      await patch('namespaces', 'shop', '', { metadata: { labels: { [`${prefix}/enforce`]: 'restricted' } } }),
    )
    assert.deepEqual(warnings, [
      'existing pods in namespace "shop" violate the new PodSecurity enforce level "restricted:latest"',
      'a: allowPrivilegeEscalation != false, unrestricted capabilities, runAsNonRoot != true, seccompProfile',
    ])
    it.catchUp()
    ok(await patch('pods', 'a', 'shop', { metadata: { labels: { some: 'thing' } } }))
    it.catchUp()
    assert.equal(
      refusal(await patch('pods', 'a', 'shop', { spec: { containers: [{ name: 'web', image: 'nginx:2' }] } })).tag,
      'Forbidden',
    )
    const debug = { spec: { ephemeralContainers: [{ name: 'debug', image: 'busybox' }] } }
    assert.equal(refusal(await patch('pods', 'a', 'shop', debug, 'ephemeralcontainers')).tag, 'Forbidden')
  })

  it('warns of pods and of templates', async () => {
    const it = await namespaced({ warn: 'baseline' })
    const words = 'would violate PodSecurity "baseline:latest": host namespaces (hostPID=true)'
    const spec = { hostPID: true, containers: [web()] }
    assert.deepEqual(ok(await create(it, podOf(spec))).warnings, [words])
    const labels = { app: 'web' }
    const deployment = object({
      metadata: { name: 'web', namespace: 'shop' },
      spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
    })
    const made = await it.run({ verb: 'create', kind: kindOf('apps', 'deployments'), object: deployment })
    assert.deepEqual(ok(made).warnings, [words])
  })

  it('tells auditors of pods and of templates, in the event and to whoever wrote', async () => {
    const it = await namespaced({ audit: 'baseline' })
    const spec = { hostPID: true, containers: [web()] }
    const annotations = {
      [`${prefix}/audit-violations`]: 'would violate PodSecurity "baseline:latest": host namespaces (hostPID=true)',
    }
    const made = ok(await create(it, podOf(spec)))
    assert.equal(made.warnings, undefined)
    assert.deepEqual(made.annotations, annotations)
    const event = it.log.slice(made.sequence)[0]
    assert.deepEqual(JSON.parse(event?.admission ?? ''), [{ by: 'PodSecurity', annotations }])
    const allowed = ok(
      await create(it, object({ ...podOf({ containers: [web()] }), metadata: { name: 'b', namespace: 'shop' } })),
    )
    assert.equal(allowed.annotations, undefined)
  })

  it('warns of what it enforces where nothing is said of warnings', async () => {
    const it = await namespaced({ enforce: 'baseline' })
    const labels = { app: 'web' }
    const spec = { hostPID: true, containers: [web()] }
    const set = object({
      metadata: { name: 'web', namespace: 'shop' },
      spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
    })
    const made = ok(await it.run({ verb: 'create', kind: kindOf('apps', 'replicasets'), object: set }))
    assert.deepEqual(made.warnings, ['would violate PodSecurity "baseline:latest": host namespaces (hostPID=true)'])
  })
})
