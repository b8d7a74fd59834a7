/**
 * Prints what starting pods costs on a containerd of its own: one after the other, then all at once.
 * `npx tsx libs/runtime/test/bench/pod-start.ts [pods]`
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { containerdRuntime } from '../../src/index.ts'
import { containerConfig, sandboxConfig } from '../../src/contract/configs.ts'
import { right } from '../../src/contract/stage.ts'
import { testContainerd } from '../support/containerd.ts'

const pods = Number(process.argv[2] ?? 50)

const main = async (): Promise<void> => {
  const own = await testContainerd()
  await mkdir(join(own.directory, 'logs'))
  const runtime = containerdRuntime({ address: own.address })
  try {
    right(await runtime.pullImage('busybox:1.36'))
    const start = async (name: string): Promise<number> => {
      const began = performance.now()
      const sandbox = sandboxConfig({ name, logDirectory: join(own.directory, 'logs', name) })
      const sandboxId = right(await runtime.runSandbox(sandbox))
      const config = containerConfig({ sandbox, command: ['sleep', '1000'] })
      right(await runtime.startContainer(right(await runtime.createContainer(sandboxId, config))))
      return performance.now() - began
    }
    const clear = async (): Promise<void> => {
      const all = right(await runtime.sandboxes())
      await Promise.all(all.map(async ({ id }) => (await runtime.stopSandbox(id), runtime.removeSandbox(id))))
    }
    const single: number[] = []
    for (let pod = 0; pod < 10; pod++) single.push(await start(`single-${pod}`))
    await clear()
    console.log(`one after the other: median ${median(single).toFixed(0)} ms a pod`)
    const began = performance.now()
    const together = await Promise.all(Array.from({ length: pods }, (_, pod) => start(`together-${pod}`)))
    const whole = (performance.now() - began) / 1000
    console.log(`${pods} pods at once: ${whole.toFixed(1)} s, median ${median(together).toFixed(0)} ms until one runs`)
    const listing = performance.now()
    right(await runtime.containers())
    console.log(`first list of ${pods} containers: ${(performance.now() - listing).toFixed(0)} ms`)
    const relisting = performance.now()
    right(await runtime.containers())
    console.log(`next list: ${(performance.now() - relisting).toFixed(1)} ms`)
    await clear()
  } finally {
    await runtime.close()
    await own.remove()
  }
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN

await main()
