import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { E } from '@periplus/prelude'
import { serveLayout } from '@periplus/images'
import { processRuntime } from '../src/index.ts'
import type { ContainerRuntime, SandboxConfig } from '../src/index.ts'
import { containerConfig, runtimeContract, sandboxConfig } from '../src/contract.ts'
import { standIns } from './support/stand-ins.ts'

runtimeContract(
  'process',
  { processes: true, ownAddress: false, processNamespaces: false, memoryLimit: false, mountsImages: false },
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
  const right = <A>(outcome: E.Either<unknown, A>): A =>
    E.isRight(outcome) ? outcome.right : assert.fail(JSON.stringify(outcome.left))

  /** A runtime, and a sandbox in it, for the time of one test. */
  const withRuntime = async (use: (on: RuntimeAt) => Promise<void>): Promise<void> => {
    const directory = await mkdtemp(join(tmpdir(), 'pp-process-'))
    const registry = await serveLayout(await standIns())
    const runtime = processRuntime({
      root: join(directory, 'r'),
      mirror: { endpoint: registry.endpoint, registries: ['docker.io'] },
    })
    try {
      const sandbox = sandboxConfig({ logDirectory: join(directory, 'logs') })
      right(await runtime.pullImage('busybox:1.36'))
      await use({ directory, runtime, sandbox, sandboxId: right(await runtime.runSandbox(sandbox)) })
    } finally {
      await runtime.close()
      await registry.close()
      await rm(directory, { recursive: true })
    }
  }

  it('may end by themselves when their runtime closes', async function () {
    this.timeout(300_000)
    await withRuntime(async ({ directory, runtime, sandbox, sandboxId }) => {
      const shared = join(directory, 'shared')
      await mkdir(shared)
      const script = 'trap "echo saved > /shared/state; exit 0" TERM; touch /shared/up; while :; do sleep 0.05; done'
      const config = containerConfig({
        sandbox,
        command: ['sh', '-c', script],
        mounts: [{ containerPath: '/shared', hostPath: shared, readOnly: false, propagation: 'private' }],
      })
      right(await runtime.startContainer(right(await runtime.createContainer(sandboxId, config))))
      await until(() => existsSync(join(shared, 'up')))
      await runtime.close()
      assert.equal(await readFile(join(shared, 'state'), 'utf8').catch(() => 'nothing saved'), 'saved\n')
    })
  })

  it('are removed with all that they wrote, deeper than any path can say', async function () {
    this.timeout(300_000)
    await withRuntime(async ({ directory, runtime, sandbox, sandboxId }) => {
      // From the inside out: a shell cannot go that deep.
      const name = 'a'.repeat(200)
      const script = `mkdir ${name}; n=0; while [ $n -lt 30 ]; do mkdir t; mv ${name} t; mv t ${name}; n=$((n+1)); done`
      const config = containerConfig({ sandbox, command: ['sh', '-c', script] })
      const id = right(await runtime.createContainer(sandboxId, config))
      right(await runtime.startContainer(id))
      await until(async () => right(await runtime.container(id)).state === 'exited')
      assert.equal(right(await runtime.container(id)).exitCode, 0)
      right(await runtime.removeContainer(id))
      assert.deepEqual(await readdir(join(directory, 'r/containers')), [])
    })
  })
})

interface RuntimeAt {
  readonly directory: string
  readonly runtime: ContainerRuntime
  readonly sandbox: SandboxConfig
  readonly sandboxId: string
}

const until = async (isSo: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await isSo())) await new Promise(resolve => setTimeout(resolve, 10))
}
