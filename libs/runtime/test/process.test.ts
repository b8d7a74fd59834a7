import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { processRuntime, serveLayout } from '../src/index.ts'
import { runtimeContract } from '../src/contract.ts'
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
