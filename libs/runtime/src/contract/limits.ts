import assert from 'node:assert/strict'
import { containerConfig, unlimited } from './configs.ts'
import { refused, right } from './stage.ts'
import type { Stage } from './stage.ts'

const limited = { ...unlimited, cpuShares: 2, memoryLimitBytes: 24 * 1024 * 1024, oomScoreAdj: 999 }

export const limitsContract = (on: Stage): void => {
  if (on.can.memoryLimit && on.can.processes) {
    it('says OOMKilled of a container that was killed for its memory', async () => {
      const { id } = await on.running('exec tail /dev/zero', { resources: limited })
      const state = await on.until(id, ({ state: now }) => now === 'exited')
      assert.deepEqual([state.exitCode, state.reason], [137, 'OOMKilled'])
    })

    it('does not say so of a container that still runs', async () => {
      const { id } = await on.running('tail /dev/zero; sleep 1000', { resources: limited })
      const killed = 'for i in 1 2 3 4 5 6 7 8 9 10; do pidof tail >/dev/null || exit 0; sleep 0.2; done; exit 1'
      assert.equal(right(await on.runtime.execSync(id, ['sh', '-c', killed], 20)).exitCode, 0)
      const state = right(await on.runtime.container(id))
      assert.deepEqual([state.state, state.reason], ['running', ''])
    })
  }

  if (on.can.memoryLimit && on.can.processes)
    it('gives a running container other limits', async () => {
      const roomy = { ...limited, memoryLimitBytes: 256 * 1024 * 1024 }
      const { id } = await on.running('sleep 1000', { resources: roomy })
      right(await on.runtime.updateContainer(id, limited))
      assert.equal(right(await on.runtime.execSync(id, ['tail', '/dev/zero'], 20)).exitCode, 137)
      assert.equal(right(await on.runtime.container(id)).state, 'running')
    })

  it("limits a pod's bandwidth, or refuses to and says so in its status", async () => {
    const { lacks } = right(await on.runtime.status())
    const outcome = await on.runtime.runSandbox(on.sandbox({ bandwidth: { ingress: 1e6 } }))
    if (lacks.some(lack => lack.includes('bandwidth'))) assert.equal(refused(outcome), 'Unsupported')
    else right(outcome)
  })

  it('has no other limits for a container that it does not know', async () => {
    assert.equal(refused(await on.runtime.updateContainer('nobody', unlimited)), 'NotFound')
  })

  if (!on.can.memoryLimit && on.can.processes)
    it('refuses a memory limit that it could not keep', async () => {
      const sandbox = on.sandbox()
      const sandboxId = right(await on.runtime.runSandbox(sandbox))
      const config = containerConfig({ sandbox, image: on.harness.image, resources: limited })
      assert.equal(refused(await on.runtime.createContainer(sandboxId, config)), 'Unsupported')
      assert.ok(right(await on.runtime.status()).lacks.some(lack => lack.includes('memory')))
    })
}
