import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { E } from '@periplus/prelude'
import { serveLayout } from '@periplus/images'
import { processRuntime } from '../src/index.ts'
import { containerConfig, runtimeContract, sandboxConfig } from '../src/contract.ts'
import { standIns } from './support/stand-ins.ts'

runtimeContract(
  'process',
  { processes: true, ownAddress: false, processNamespaces: false, memoryLimit: false },
  async () => {
    const directory = await mkdtemp(join(tmpdir(), 'pp-process-'))
    const registry = await serveLayout(await standIns())
    const logRoot = join(directory, 'logs')
    await mkdir(logRoot)
    return {
      runtime: processRuntime({
        root: join(directory, 'r'),
        mirror: { endpoint: registry.endpoint, registries: ['docker.io'] },
      }),
      image: 'busybox:1.36',
      missingImage: 'missing/image:1',
      logRoot,
      stop: async () => {
        await registry.close()
        await rm(directory, { recursive: true })
      },
    }
  },
)

describe('plain processes', () => {
  it('may end by themselves when their runtime closes', async function () {
    this.timeout(300_000)
    const directory = await mkdtemp(join(tmpdir(), 'pp-process-'))
    const registry = await serveLayout(await standIns())
    const runtime = processRuntime({
      root: join(directory, 'r'),
      mirror: { endpoint: registry.endpoint, registries: ['docker.io'] },
    })
    const right = <A>(outcome: E.Either<unknown, A>): A =>
      E.isRight(outcome) ? outcome.right : assert.fail(JSON.stringify(outcome.left))
    const shared = join(directory, 'shared')
    await mkdir(shared)
    const script = 'trap "echo saved > /shared/state; exit 0" TERM; touch /shared/up; while :; do sleep 0.05; done'
    const sandbox = sandboxConfig({ logDirectory: join(directory, 'logs') })
    right(await runtime.pullImage('busybox:1.36'))
    const sandboxId = right(await runtime.runSandbox(sandbox))
    const config = containerConfig({
      sandbox,
      command: ['sh', '-c', script],
      mounts: [{ containerPath: '/shared', hostPath: shared, readOnly: false, propagation: 'private' }],
    })
    right(await runtime.startContainer(right(await runtime.createContainer(sandboxId, config))))
    while (!existsSync(join(shared, 'up'))) await new Promise(resolve => setTimeout(resolve, 10))
    await runtime.close()
    assert.equal(await readFile(join(shared, 'state'), 'utf8').catch(() => 'nothing saved'), 'saved\n')
    await registry.close()
    await rm(directory, { recursive: true })
  })
})
