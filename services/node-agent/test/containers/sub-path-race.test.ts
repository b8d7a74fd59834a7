import assert from 'node:assert/strict'
import { chmod, mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Pod } from '@periplus/kinds'
import { boundPod } from '../agent/world.ts'
import { busybox, stateOf } from './doing.ts'
import { realWorld } from './world.ts'
import type { RealWorld } from './world.ts'

/** How long the race is run; `make attack` asks for more. */
const seconds = Number(process.env['ATTACK_SECONDS'] ?? 15)
const victims = Array.from({ length: 12 }, (_, index) => `victim-${index}`)

/** One container renames a directory and puts a link to the machine in its place, others mount it by `subPath` (CVE-2021-25741). */
describe('a race for a subPath', function () {
  this.timeout(120_000 + 3000 * seconds)
  let world: RealWorld
  let volume: string
  let outside: string
  before(async function () {
    this.timeout(300_000)
    world = await realWorld()
    volume = join(world.root, 'volume')
    outside = join(world.root, 'outside')
    await mkdir(join(volume, 'seen'), { recursive: true })
    await mkdir(outside)
    await chmod(outside, 0o777)
    await writeFile(join(outside, 'secret'), '')
  })

  const volumes = () => [{ name: 'v', hostPath: { path: volume } }]
  const swap = () => `cd /v; n=0; while :; do n=$((n+1))
    mv -T seen away-$n; ln -s ${outside} seen; rm -f seen; mv -T away-$n seen; done 2>/dev/null`

  it('is never won', async () => {
    await world.create(
      Pod,
      boundPod('swapper', {
        volumes: volumes(),
        containers: [busybox(swap(), { volumeMounts: [{ name: 'v', mountPath: '/v' }] })],
      }),
    )
    await world.until('swapper', each => stateOf(each)?.running !== undefined)
    const counts = { mounted: 0, refused: 0 }
    const end = performance.now() + seconds * 1000
    for (let round = 0; performance.now() < end || counts.mounted < victims.length; round++) {
      const name = `round-${round}`
      const containers = victims.map(victim =>
        busybox('touch /data/was-here; test ! -e /data/secret', {
          name: victim,
          volumeMounts: [{ name: 'v', mountPath: '/data', subPath: 'seen' }],
        }),
      )
      await world.create(Pod, boundPod(name, { restartPolicy: 'Never', volumes: volumes(), containers }))
      const pod = await world.until(name, each => {
        const statuses = each.status?.containerStatuses ?? []
        const isTold = statuses.map(
          ({ state }) => state?.terminated ?? (state?.waiting?.reason === 'CreateContainerConfigError' || undefined),
        )
        return statuses.length === victims.length && isTold.every(told => told !== undefined)
      })
      for (const { state } of pod.status?.containerStatuses ?? []) {
        assert.notEqual(state?.terminated?.exitCode, 1, 'a container has seen what is outside of its volume')
        counts[state?.terminated ? 'mounted' : 'refused']++
      }
      await world.remove(name, 0)
      await world.gone(name)
    }
    await world.remove('swapper', 0)
    await world.gone('swapper')
    assert.deepEqual(await readdir(outside), ['secret'])
  })

  it('leaves nothing mounted behind', async () => {
    await world.close()
    const left = (await readFile('/proc/self/mountinfo', 'utf8')).split('\n').filter(line => line.includes(world.root))
    assert.deepEqual(left, [])
  })
})
