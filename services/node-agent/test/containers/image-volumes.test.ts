import assert from 'node:assert/strict'
import { Pod } from '@periplus/kinds'
import type { Container } from '@periplus/kinds'
import { mountPoints } from '../../src/volumes/mounting.ts'
import { boundPod } from '../agent/world.ts'
import { busybox, forever, isReady, stateOf } from './doing.ts'
import { realWorld } from './world.ts'
import type { RealWorld } from './world.ts'

describe('volumes that are images', function () {
  this.timeout(120_000)
  let world: RealWorld
  before(async function () {
    this.timeout(300_000)
    world = await realWorld()
  })
  after(() => world.close())

  const volumes = [{ name: 'tools', image: { reference: 'busybox:1.36', pullPolicy: 'IfNotPresent' } }]
  const mounts = (subPath?: string): Partial<Container> => ({
    volumeMounts: [
      { name: 'tools', mountPath: '/tools' },
      { name: 'tools', mountPath: '/part', ...(subPath ? { subPath } : {}) },
    ],
  })

  it('show their files, which nobody changes or runs, and go with the pod, whatever agent there is by then', async () => {
    await world.create(Pod, boundPod('shown', { containers: [busybox(forever, mounts('bin'))], volumes }))
    const pod = await world.until('shown', isReady)
    const uid = pod.metadata?.uid ?? ''
    const did = async (script: string): Promise<boolean> =>
      (await world.run(pod, ['sh', '-c', `(${script}) >/dev/null 2>&1`])).exitCode === 0
    assert.ok(await did('cmp /bin/busybox /tools/bin/busybox && cmp /bin/busybox /part/busybox'))
    for (const place of ['/tools', '/part'])
      for (const attempt of [`touch ${place}/x`, `rm -r ${place}/bin`, `mount -o remount,rw ${place}`])
        assert.ok(!(await did(attempt)), attempt)
    for (const program of ['/tools/bin/busybox', '/part/busybox']) assert.ok(!(await did(`${program} true`)), program)
    assert.ok(world.events('shown').includes('Pulled: Container image "busybox:1.36" already present on machine'))
    await world.stopAgent()
    await world.startAgent()
    // With grace: the object goes when the node has torn everything down.
    await world.remove('shown')
    await world.gone('shown')
    assert.deepEqual(
      (await mountPoints()).filter(path => path.includes(uid)),
      [],
    )
  })

  it('are nothing that even the privileged can write to', async () => {
    const privileged = { securityContext: { privileged: true } }
    const container = busybox(forever, { ...mounts(), ...privileged })
    await world.create(Pod, boundPod('mighty', { containers: [container], volumes }))
    const pod = await world.until('mighty', isReady)
    const { out } = await world.run(pod, ['sh', '-c', 'mount -o remount,rw,bind /tools; touch /tools/x'])
    assert.match(out, /Read-only file system/)
    await world.remove('mighty', 0)
    await world.gone('mighty')
  })

  it('keep what mounts them waiting for an image that cannot be had, in the words for images', async () => {
    const missing = [{ name: 'tools', image: { reference: 'nobody/has-this:1' } }]
    const other = { ...busybox(forever), name: 'other' }
    await world.create(Pod, boundPod('lost', { containers: [busybox(forever, mounts()), other], volumes: missing }))
    const pod = await world.until('lost', each => stateOf(each)?.waiting?.reason === 'ImagePullBackOff')
    assert.match(stateOf(pod)?.waiting?.message ?? '', /^Back-off pulling image "nobody\/has-this:1": ErrImagePull: /)
    const events = world.events('lost')
    for (const event of ['Pulling: Pulling image "nobody/has-this:1"', 'Failed: Error: ErrImagePull'])
      assert.ok(events.includes(event), events.join('\n'))
    await world.until('lost', each => each.status?.containerStatuses?.[1]?.state?.running !== undefined)
    await world.remove('lost', 0)
    await world.gone('lost')
  })

  it('say that a path is not in the image', async () => {
    await world.create(Pod, boundPod('no-path', { containers: [busybox(forever, mounts('none'))], volumes }))
    const pod = await world.until('no-path', each => stateOf(each)?.waiting?.reason === 'CreateContainerConfigError')
    assert.match(stateOf(pod)?.waiting?.message ?? '', /subPath for volumeMount "tools" of container: none is not in/)
    await world.remove('no-path', 0)
    await world.gone('no-path')
  })
})
