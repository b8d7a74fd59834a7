import assert from 'node:assert/strict'
import { ConfigMap, Node, Pod } from '@periplus/kinds'
import { boundPod, nodeName } from '../agent/world.ts'
import { onProcesses, realWorld } from './world.ts'
import type { RealWorld } from './world.ts'

describe('pods as plain processes', function () {
  this.timeout(120_000)
  let world: RealWorld
  before(async function () {
    this.timeout(300_000)
    world = await realWorld(onProcesses)
  })
  after(() => world.close())

  it('run with their environment and files, and are reached', async () => {
    await world.create(ConfigMap, { metadata: { name: 'settings', namespace: 'default' }, data: { colour: 'blue\n' } })
    await world.create(
      Pod,
      boundPod('plain', {
        volumes: [
          { name: 'config', configMap: { name: 'settings' } },
          { name: 'scratch', emptyDir: {} },
        ],
        containers: [
          {
            name: 'main',
            image: 'busybox:1.36',
            command: ['sh', '-c', 'echo $COLOUR; cat /config/colour; trap "exit 0" TERM; while :; do sleep 0.1; done'],
            env: [{ name: 'COLOUR', valueFrom: { configMapKeyRef: { name: 'settings', key: 'colour' } } }],
            volumeMounts: [
              { name: 'config', mountPath: '/config' },
              { name: 'config', mountPath: '/one', subPath: 'colour' },
              { name: 'scratch', mountPath: '/part', subPath: 'a/b' },
            ],
          },
        ],
      }),
    )
    const pod = await world.until('plain', each => each.status?.phase === 'Running')
    assert.equal(pod.status?.podIP, pod.status?.hostIP)
    assert.match(pod.status?.containerStatuses?.[0]?.containerID ?? '', /^process:\/\//)
    const { out, exitCode } = await world.run(pod, ['cat', '/config/colour'])
    assert.deepEqual([out, exitCode], ['blue\n', 0])
    assert.equal((await world.run(pod, ['sh', '-c', 'touch /part/new && cat /one'])).out, 'blue\n')
    assert.equal(await world.logs(pod, { lines: 2 }), 'blue\nblue\n')
    await world.remove('plain')
    await world.gone('plain')
  })

  it('say what they cannot do, on the pod and on the node', async () => {
    const containers = [{ name: 'main', image: 'busybox:1.36', securityContext: { privileged: true } }]
    await world.create(Pod, boundPod('wants-more', { containers }))
    const pod = await world.until(
      'wants-more',
      each => each.status?.containerStatuses?.[0]?.state?.waiting?.reason === 'CreateContainerError',
    )
    assert.match(pod.status?.containerStatuses?.[0]?.state?.waiting?.message ?? '', /cannot be privileged/)
    const volumes = [{ name: 'v', image: { reference: 'busybox:1.36' } }]
    const mounting = [{ name: 'main', image: 'busybox:1.36', volumeMounts: [{ name: 'v', mountPath: '/v' }] }]
    await world.create(Pod, boundPod('wants-image', { containers: mounting, volumes }))
    const refused = await world.until(
      'wants-image',
      each => each.status?.containerStatuses?.[0]?.state?.waiting?.reason === 'CreateContainerError',
    )
    const why = 'failed to mount image volume "v": plain processes cannot mount images as volumes'
    assert.equal(refused.status?.containerStatuses?.[0]?.state?.waiting?.message, why)
    assert.ok(world.events('wants-image').includes(`Failed: Error: ${why}`))
    await world.remove('wants-image', 0)
    await world.gone('wants-image')
    const lacking = world.cut
      .get(Node, '', nodeName)
      ?.status?.conditions?.find(({ type }) => type === 'RuntimeCapabilities')
    assert.equal(lacking?.status, 'False')
    await world.remove('wants-more', 0)
    await world.gone('wants-more')
  })
})
