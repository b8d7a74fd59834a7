import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { E } from '@periplus/prelude'
import { containerdRuntime, graceAnnotation } from '@periplus/runtime'
import { containerConfig, sandboxConfig } from '@periplus/runtime/contract'
import { testContainerd } from '../../../../libs/runtime/test/support/containerd.ts'
import type { TestContainerd } from '../../../../libs/runtime/test/support/containerd.ts'
import { endContainers } from '../../src/supervisor/containers.ts'
import { homeOf } from '../../src/home/home.ts'

describe('stopping a cluster', function () {
  this.timeout(300_000)
  let containerd: TestContainerd
  before(async () => (containerd = await testContainerd()))
  after(() => containerd.remove())

  it('lets containers end by themselves, as they would elsewhere', async () => {
    const shared = join(containerd.directory, 'shared')
    await mkdir(shared)
    const runtime = containerdRuntime({ address: containerd.address })
    const right = <A>(outcome: E.Either<unknown, A>): A => {
      if (E.isLeft(outcome)) assert.fail(JSON.stringify(outcome.left))
      return outcome.right
    }
    const sandbox = sandboxConfig({ logDirectory: join(containerd.directory, 'logs') })
    right(await runtime.pullImage('busybox:1.36'))
    const sandboxId = right(await runtime.runSandbox(sandbox))
    const script =
      'trap "sleep 1; echo saved > /shared/state; exit 0" TERM; touch /shared/up; while :; do sleep 0.1; done'
    const config = containerConfig({
      sandbox,
      command: ['sh', '-c', script],
      annotations: { [graceAnnotation]: '30' },
      mounts: [{ containerPath: '/shared', hostPath: shared, readOnly: false, propagation: 'private' }],
    })
    right(await runtime.startContainer(right(await runtime.createContainer(sandboxId, config))))
    while (!existsSync(join(shared, 'up'))) await new Promise(resolve => setTimeout(resolve, 10))
    await runtime.close()

    await endContainers({ ...homeOf(containerd.directory), containerd: containerd.request.home })

    assert.equal(await readFile(join(shared, 'state'), 'utf8'), 'saved\n')
  })
})
