import assert from 'node:assert/strict'
import { get } from 'node:http'
import { text } from 'node:stream/consumers'
import { existsSync } from 'node:fs'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { ConfigMap, Pod, Secret } from '@periplus/kinds'
import { boundPod, origin } from '../agent/world.ts'
import { realWorld } from './world.ts'
import type { RealWorld } from './world.ts'

import { busybox, forever, isReady, stateOf } from './doing.ts'

describe('pods in real containers', function () {
  this.timeout(120_000)
  let world: RealWorld
  before(async function () {
    this.timeout(300_000)
    world = await realWorld()
  })
  after(() => world.close())

  it('serves nginx at the address of the pod', async () => {
    await world.create(
      Pod,
      boundPod('nginx', {
        containers: [
          {
            name: 'web',
            image: 'nginx:1.7.9',
            ports: [{ name: 'http', containerPort: 80 }],
            readinessProbe: { httpGet: { port: 'http' }, periodSeconds: 1 },
          },
        ],
      }),
    )
    const pod = await world.until('nginx', isReady)
    const page = await new Promise<string>((resolve, reject) =>
      get(`http://${pod.status?.podIP}/`, response => void text(response).then(resolve, reject)).on('error', reject),
    )
    assert.match(page, /nginx/i)
    assert.match(pod.status?.containerStatuses?.[0]?.containerID ?? '', /^containerd:\/\/[0-9a-f]{64}$/)
    await world.remove('nginx')
    await world.gone('nginx')
  })

  it('gives a container its environment, files and volumes', async () => {
    await world.create(ConfigMap, {
      metadata: { name: 'settings', namespace: 'default' },
      data: { colour: 'blue', 'a.txt': 'one' },
    })
    await world.create(Secret, {
      metadata: { name: 'token', namespace: 'default' },
      data: { key: Buffer.from('s3cret').toString('base64') },
    })
    await world.create(
      Pod,
      boundPod('full', {
        hostname: 'box',
        hostAliases: [{ ip: '10.9.9.9', hostnames: ['elsewhere'] }],
        securityContext: { fsGroup: 2000, runAsUser: 1000 },
        containers: [
          busybox(forever, {
            env: [
              { name: 'COLOUR', valueFrom: { configMapKeyRef: { name: 'settings', key: 'colour' } } },
              { name: 'KEY', valueFrom: { secretKeyRef: { name: 'token', key: 'key' } } },
              { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
              { name: 'BOTH', value: '$(COLOUR)-$$(KEY)' },
            ],
            volumeMounts: [
              { name: 'config', mountPath: '/config' },
              { name: 'scratch', mountPath: '/scratch' },
              { name: 'memory', mountPath: '/memory' },
              { name: 'config', mountPath: '/one.txt', subPath: 'a.txt' },
              { name: 'me', mountPath: '/me', readOnly: true },
            ],
          }),
        ],
        volumes: [
          { name: 'config', configMap: { name: 'settings' } },
          { name: 'scratch', emptyDir: {} },
          { name: 'memory', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } },
          { name: 'me', downwardAPI: { items: [{ path: 'name', fieldRef: { fieldPath: 'metadata.name' } }] } },
        ],
      }),
    )
    const pod = await world.until('full', isReady)
    const say = async (script: string): Promise<string> => (await world.run(pod, ['sh', '-c', script])).out.trim()
    assert.equal(await say('echo $COLOUR $KEY $IP $BOTH'), `blue s3cret ${pod.status?.podIP} blue-$(KEY)`)
    assert.equal(await say('cat /config/colour /one.txt /me/name'), 'blueonefull')
    assert.equal(await say('hostname; cat /etc/hostname'), 'box\nbox')
    assert.match(await say('cat /etc/hosts'), /10\.9\.9\.9\telsewhere/)
    assert.match(await say('touch /scratch/x && stat -c %g /scratch/x; id'), /^2000\nuid=1000.*2000/)
    assert.match(await say('mount'), /tmpfs on \/memory .*size=1024k/)
    assert.match(await say('touch /me/x 2>&1'), /Read-only/)
    await world.commands.execute(
      {
        verb: 'patch',
        kind: ConfigMap,
        ref: { group: '', resource: 'configmaps', namespace: 'default', name: 'settings' },
        patch: { type: 'merge', body: { data: { colour: 'green' } } },
      },
      { actor: 'user:test', component: 'test', causes: [], correlationId: 'test' },
    )
    // The new text comes through the same mount; the shell waits for it inside the container.
    assert.equal(await say('until grep -q green /config/colour; do sleep 0.1; done; cat /config/colour'), 'green')
    await world.remove('full', 0)
    await world.gone('full')
  })

  it('confines a container as its security context says', async () => {
    const container = busybox(forever, {
      securityContext: {
        runAsUser: 1000,
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
        seccompProfile: { type: 'RuntimeDefault' },
      },
    })
    await world.create(Pod, boundPod('confined', { containers: [container] }))
    const pod = await world.until('confined', isReady)
    const { out } = await world.run(pod, ['sh', '-c', 'cat /proc/1/status; touch /x'])
    assert.match(out, /^NoNewPrivs:\t1$/m)
    assert.match(out, /^Seccomp:\t2$/m)
    assert.match(out, /^CapBnd:\t0+$/m)
    assert.match(out, /^Uid:\t1000\t/m)
    assert.match(out, /Read-only file system/)
    const rooted = busybox('true', { securityContext: { runAsNonRoot: true } })
    await world.create(Pod, boundPod('rooted', { containers: [rooted] }))
    const refused = await world.until('rooted', each => stateOf(each)?.waiting?.reason === 'CreateContainerConfigError')
    assert.match(stateOf(refused)?.waiting?.message ?? '', /^container has runAsNonRoot and image will run as root/)
    for (const name of ['confined', 'rooted']) {
      await world.remove(name, 0)
      await world.gone(name)
    }
  })

  it('puts an ephemeral container beside another whose processes it sees', async () => {
    await world.create(Pod, boundPod('debugged', { containers: [busybox('sleep 1234 & wait')] }))
    await world.until('debugged', isReady)
    const beside = { ...busybox('sleep 1000'), name: 'beside', targetContainerName: 'main' }
    await world.commands.execute(
      {
        verb: 'patch',
        kind: Pod,
        ref: { group: '', resource: 'pods', namespace: 'default', name: 'debugged' },
        subresource: 'ephemeralcontainers',
        patch: { type: 'merge', body: { spec: { ephemeralContainers: [beside] } } },
      },
      origin,
    )
    const shown = await world.until(
      'debugged',
      ({ status }) => status?.ephemeralContainerStatuses?.[0]?.state?.running !== undefined,
    )
    assert.match((await world.run(shown, ['ps', '-o', 'args'], 'beside')).out, /^sleep 1234$/m)
    await world.remove('debugged', 0)
    await world.gone('debugged')
  })

  it('runs init containers in order and ends with what the containers came to', async () => {
    await world.create(
      Pod,
      boundPod('steps', {
        restartPolicy: 'Never',
        volumes: [{ name: 'shared', emptyDir: {} }],
        initContainers: ['one', 'two'].map(name => ({
          ...busybox(`echo ${name} >> /shared/order`),
          name,
          volumeMounts: [{ name: 'shared', mountPath: '/shared' }],
        })),
        containers: [
          busybox('cat /shared/order; echo last words > /dev/termination-log; exit 3', {
            volumeMounts: [{ name: 'shared', mountPath: '/shared' }],
          }),
        ],
      }),
    )
    const pod = await world.until('steps', ({ status }) => status?.phase === 'Failed')
    const terminated = stateOf(pod)?.terminated
    assert.deepEqual([terminated?.exitCode, terminated?.reason, terminated?.message], [3, 'Error', 'last words\n'])
    assert.deepEqual(
      pod.status?.initContainerStatuses?.map(({ state }) => state?.terminated?.reason),
      ['Completed', 'Completed'],
    )
    assert.equal(await world.logs(pod), 'one\ntwo\n')
    await world.remove('steps')
    await world.gone('steps')
  })

  it('runs hooks and gives a container its grace', async () => {
    const container = busybox(`trap "cat /post /pre; exit 0" TERM; while :; do sleep 0.1; done`, {
      lifecycle: {
        postStart: { exec: { command: ['sh', '-c', 'echo post > /post'] } },
        preStop: { exec: { command: ['sh', '-c', 'echo pre > /pre'] } },
      },
    })
    await world.create(Pod, boundPod('hooked', { containers: [container] }))
    const pod = await world.until('hooked', isReady)
    const log = world.logs(pod, { follow: true })
    await world.remove('hooked', 20)
    assert.equal(await log, 'post\npre\n')
    await world.gone('hooked')
  })

  it('leaves running containers alone when the agent restarts', async () => {
    await world.create(Pod, boundPod('stays', { containers: [busybox(forever)] }))
    const before = await world.until('stays', isReady)
    await world.stopAgent()
    await world.startAgent()
    await world.create(Pod, boundPod('after', { containers: [busybox(forever)] }))
    await world.until('after', isReady)
    const [pod] = [await world.until('stays', isReady)]
    assert.equal(pod.status?.containerStatuses?.[0]?.containerID, before.status?.containerStatuses?.[0]?.containerID)
    assert.equal(pod.metadata?.resourceVersion, before.metadata?.resourceVersion)
    for (const name of ['stays', 'after']) {
      await world.remove(name, 0)
      await world.gone(name)
    }
  })

  it('writes logs where Kubernetes does, and leaves nothing of a removed pod', async () => {
    await world.create(Pod, boundPod('tidy', { containers: [busybox(`echo hello; ${forever}`)] }))
    const pod = await world.until('tidy', isReady)
    const { uid } = pod.metadata ?? {}
    assert.equal(await world.logs(pod, { lines: 1 }), 'hello\n')
    assert.equal(await world.logs(pod, { tailLines: 1 }), 'hello\n')
    const file = join(world.root, 'var/log/pods', `default_tidy_${uid}`, 'main/0.log')
    assert.match(await readFile(file, 'utf8'), / stdout F hello\n$/)
    const links = await readdir(join(world.root, 'var/log/containers'))
    assert.ok(links.some(name => /^tidy_default_main-[0-9a-f]{64}\.log$/.test(name)))
    await world.remove('tidy', 0)
    await world.gone('tidy')
    const left = [
      join(world.root, 'var/lib/kubelet/pods', uid ?? ''),
      join(world.root, 'var/log/pods', `default_tidy_${uid}`),
    ]
    while (left.some(existsSync)) await new Promise(resolve => setImmediate(resolve))
    assert.deepEqual(
      (await readdir(join(world.root, 'var/log/containers'))).filter(name => name.startsWith('tidy_')),
      [],
    )
  })
})
