import assert from 'node:assert/strict'
import { ConfigMap, Pod, RuntimeClass } from '@periplus/kinds'
import { E } from '@periplus/prelude'
import type { ProbeAnswer } from '../../src/index.ts'
import { hollowMachine } from '../../src/index.ts'
import { noFeatures } from '../../src/node/features.ts'
import { boundPod } from './world.ts'
import { containersOf, isReady, remove, run, statusOf, within } from './doing.ts'

describe('a pod and what happens around it', () => {
  it(
    'gets a new sandbox when it has lost its own',
    within({}, async w => {
      await run(w)
      const sandboxes = await w.runtime.sandboxes()
      const before = w.pod('a')?.status?.podIP
      if (E.isRight(sandboxes)) w.runtime.controls.loseSandbox(sandboxes.right[0]?.id ?? '')
      await w.pass(1)
      assert.ok(isReady(w))
      assert.notEqual(w.pod('a')?.status?.podIP, before)
      assert.equal(statusOf(w)?.restartCount, 1)
      assert.ok(w.events().some(event => event.includes('SandboxChanged')))
    }),
  )

  it(
    'runs again after the machine restarts',
    within({}, async w => {
      await run(w)
      w.runtime.controls.reboot()
      await w.restartAgent()
      await w.pass(1)
      assert.ok(isReady(w))
      assert.equal(statusOf(w)?.restartCount, 1)
    }),
  )

  it(
    'is not touched when the agent restarts',
    within({}, async w => {
      await run(w)
      const before = w.pod('a')
      await w.restartAgent()
      await w.settle()
      assert.equal(w.pod('a')?.metadata?.resourceVersion, before?.metadata?.resourceVersion)
      assert.equal((await containersOf(w)).length, 1)
    }),
  )

  it(
    'is cleared away when it went while no agent looked',
    within({}, async w => {
      await run(w)
      await w.agent.stop()
      await remove(w, 'a', 0)
      await w.restartAgent()
      await w.pass(31)
      assert.deepEqual(await containersOf(w), [])
      assert.deepEqual(await w.runtime.sandboxes(), E.right([]))
    }),
  )

  it(
    'says OOMKilled',
    within({}, async w => {
      await run(w, { restartPolicy: 'Never' })
      const [container] = await containersOf(w)
      w.runtime.controls.oomKill(container?.id ?? '')
      await w.settle()
      assert.deepEqual(
        [w.pod('a')?.status?.phase, statusOf(w)?.state?.terminated?.reason, statusOf(w)?.state?.terminated?.exitCode],
        ['Failed', 'OOMKilled', 137],
      )
    }),
  )

  it(
    'succeeds, keeps its status, and gives its room to others',
    within({ behave: () => ({ ends: { after: 5000, exitCode: 0 } }) }, async w => {
      const whole = [{ name: 'web', image: 'nginx', resources: { requests: { cpu: '4' } } }]
      await run(w, { restartPolicy: 'Never', containers: whole })
      await w.pass(6)
      assert.equal(w.pod('a')?.status?.phase, 'Succeeded')
      await run(w, { restartPolicy: 'Never', containers: whole }, 'b')
      assert.equal(w.pod('b')?.status?.phase, 'Running')
    }),
  )

  it(
    'waits for a ConfigMap that its environment needs',
    within({}, async w => {
      await run(w, { containers: [{ name: 'web', image: 'nginx:1', envFrom: [{ configMapRef: { name: 'late' } }] }] })
      assert.equal(statusOf(w)?.state?.waiting?.reason, 'CreateContainerConfigError')
      await w.create(ConfigMap, { metadata: { name: 'late', namespace: 'default' }, data: {} })
      await w.settle()
      assert.ok(isReady(w))
    }),
  )

  it(
    'is not made where its bandwidth cannot be read, and told that the network of the host is not shaped',
    within({}, async w => {
      const limited = (name: string, annotations: Record<string, string>, spec: Parameters<typeof boundPod>[1] = {}) =>
        w.create(Pod, { ...boundPod(name, spec), metadata: { ...boundPod(name).metadata, annotations } })
      await limited('a', { 'kubernetes.io/egress-bandwidth': '999' })
      await limited('b', { 'kubernetes.io/ingress-bandwidth': '1P', 'kubernetes.io/egress-bandwidth': '1k' })
      await limited('c', { 'kubernetes.io/egress-bandwidth': '999' }, { hostNetwork: true })
      await w.settle()
      assert.deepEqual([isReady(w, 'a'), isReady(w, 'b'), isReady(w, 'c')], [false, true, true])
      const told = (text: string) => w.events().filter(event => event.includes(text))
      assert.match(
        told('FailedCreatePodSandBox')[0] ?? '',
        /annotation kubernetes.io\/egress-bandwidth: resource is unreasonably small \(< 1kbit\)$/,
      )
      assert.equal(told('HostNetworkNotSupported').length, 1)
    }),
  )

  it(
    'does not run with less isolation than it asked for',
    within({ agent: { machine: hollowMachine({ features: noFeatures }) } }, async w => {
      const told = (text: string) => w.events().some(event => event.endsWith(text))
      await run(w, { hostUsers: false })
      assert.ok(told("can't set spec.hostUsers: false, this node does not support user namespaces"))
      await run(w, { runtimeClassName: 'apart' }, 'b')
      assert.ok(told('Failed to create pod sandbox: runtimeclass.node.k8s.io "apart" not found'))
      const appArmorProfile = { type: 'Localhost', localhostProfile: 'strict' }
      await run(w, { containers: [{ name: 'c', image: 'c:1', securityContext: { appArmorProfile } }] }, 'c')
      assert.deepEqual(
        [w.pod('c')?.status?.reason, w.pod('c')?.status?.message],
        ['AppArmor', 'Pod was rejected: Cannot enforce AppArmor: AppArmor is not enabled on the host'],
      )
      assert.deepEqual(await containersOf(w), [])
      await w.create(RuntimeClass, { metadata: { name: 'apart' }, handler: 'runc' })
      await w.pass(15)
      assert.deepEqual([isReady(w, 'a'), isReady(w, 'b')], [false, true])
    }),
  )

  it(
    'starts sidecars before and ends them after the others',
    (() => {
      const started: string[] = []
      return within(
        {
          behave: config => {
            started.push(config.name)
            return config.name === 'init' ? { ends: { after: 1000, exitCode: 0 } } : { stopDelay: 1000 }
          },
        },
        async w => {
          const container = (name: string) => ({ name, image: `${name}:1` })
          await run(w, {
            initContainers: [
              { ...container('car1'), restartPolicy: 'Always' },
              container('init'),
              { ...container('car2'), restartPolicy: 'Always' },
            ],
            containers: [container('app')],
          })
          await w.pass(2)
          assert.deepEqual(started, ['car1', 'init', 'car2', 'app'])
          assert.ok(isReady(w))
          await remove(w, 'a')
          await w.pass(1.5)
          const running = async () =>
            (await containersOf(w)).filter(({ state }) => state === 'running').map(({ name }) => name)
          assert.deepEqual((await running()).sort(), ['car1', 'car2'])
          await w.pass(1)
          assert.deepEqual(await running(), ['car1'])
          await w.pass(2)
          assert.equal(w.pod('a'), undefined)
        },
      )
    })(),
  )

  it(
    'obeys its probes',
    (() => {
      const answers: Record<string, ProbeAnswer['tag']> = {
        readiness: 'failure',
        liveness: 'success',
        startup: 'failure',
      }
      const asked: string[] = []
      const check = async (probe: { exec?: { command?: readonly string[] } }): Promise<ProbeAnswer> => {
        const kind = probe.exec?.command?.[0] ?? ''
        asked.push(kind)
        return { tag: answers[kind] ?? 'error', text: kind }
      }
      const probe = (kind: string) => ({ exec: { command: [kind] }, periodSeconds: 1, failureThreshold: 3 })
      return within({ agent: { check } }, async w => {
        const web = {
          name: 'web',
          image: 'nginx:1',
          startupProbe: { ...probe('startup'), failureThreshold: 30 },
          readinessProbe: { ...probe('readiness'), successThreshold: 2 },
          livenessProbe: probe('liveness'),
        }
        await run(w, { containers: [web] })
        await w.pass(3)
        assert.ok(asked.every(kind => kind === 'startup'))
        assert.deepEqual([statusOf(w)?.started, statusOf(w)?.ready], [false, false])
        answers['startup'] = 'success'
        await w.pass(2)
        assert.deepEqual([statusOf(w)?.started, statusOf(w)?.ready], [true, false])
        answers['readiness'] = 'success'
        await w.pass(4)
        assert.ok(isReady(w))
        answers['liveness'] = 'failure'
        await w.pass(4)
        assert.equal(statusOf(w)?.restartCount, 1)
        assert.ok(w.events().includes('Warning Unhealthy: Liveness probe failed: liveness'))
      })
    })(),
  )
})
