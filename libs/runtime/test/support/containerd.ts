import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { E } from '@periplus/prelude'
import { ensureContainerd, resetContainerd } from '@periplus/service'
import type { ContainerdRequest } from '@periplus/service'
import { pauseArchive, serveLayout } from '@periplus/images'
import { standIns } from './stand-ins.ts'

/** A containerd for tests: its own directories, bridge, addresses and mirror; `remove` leaves nothing. */
export interface TestContainerd {
  readonly address: string
  readonly directory: string
  readonly request: ContainerdRequest
  remove(): Promise<void>
}

let made = 0

export const testContainerd = async (): Promise<TestContainerd> => {
  const directory = await mkdtemp(join(tmpdir(), 'pp-'))
  const registry = await serveLayout(await standIns())
  const pause = pauseArchive()
  if (E.isLeft(pause)) throw new Error(pause.left)
  const archive = join(directory, 'pause.tar')
  await writeFile(archive, pause.right)
  // Test runs at the same time must not meet on a bridge or in a network.
  const number = (process.pid * 4 + made++) % 8192
  const request: ContainerdRequest = {
    home: join(directory, 'c'),
    templates: fileURLToPath(new URL('../../../../deploy/containerd', import.meta.url)),
    pauseArchive: archive,
    podCidr: `10.${200 + (number >> 8)}.${number & 255}.0/24`,
    bridge: `pptest${number}`,
    mirror: { endpoint: registry.endpoint, registries: ['docker.io', 'registry.k8s.io'] },
    say: () => undefined,
  }
  const got = await ensureContainerd(request)
  if (E.isLeft(got)) throw new Error(JSON.stringify(got.left))
  return {
    address: got.right.address,
    directory,
    request,
    remove: async () => {
      await resetContainerd(request)
      await registry.close()
      await rm(directory, { recursive: true })
    },
  }
}
