import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { containerdRuntime } from '../src/index.ts'
import { runtimeContract } from '../src/contract.ts'
import { testContainerd } from './support/containerd.ts'

runtimeContract(
  'containerd',
  { processes: true, ownAddress: true, processNamespaces: true, memoryLimit: true, mountsImages: true },
  async () => {
    const containerd = await testContainerd()
    const logRoot = join(containerd.directory, 'logs')
    await mkdir(logRoot)
    return {
      runtime: containerdRuntime({ address: containerd.address }),
      image: 'busybox:1.36',
      missingImage: 'missing/image:1',
      logRoot,
      stop: containerd.remove,
    }
  },
)
