import { dirname } from 'node:path'
import { E } from '@periplus/prelude'
import {
  ensureContainerPackages,
  ensureNatsServer,
  ensureRedisServer,
  shippedFile,
  writePrivately,
} from '@periplus/service'
import { ensureClient } from './clients/ensure-clients.ts'
import type { Settings } from '../home/settings.ts'
import { buildImages, refusalText } from './containers.ts'
import { ownImage, ownImageName } from './images/own-image.ts'
import { readCluster } from '../home/cluster-file.ts'
import { makeHome } from '../home/home.ts'
import type { Home } from '../home/home.ts'
import { CannotGoOn } from '../home/say.ts'
import type { Say } from '../home/say.ts'

/** Paths of the programs that a local cluster runs; absent where the operator's own server is used. */
export interface Tools {
  readonly natsServer?: string
  readonly redisServer?: string
  readonly kubectl: string
}

/** Installs what is missing, nothing twice, saying so; the container runtime is the supervisor's part. */
export const ensureTools = async (home: Home, settings: Settings, say: Say): Promise<Tools> => {
  const options = { tools: home.tools, say }
  const place = readCluster(home)?.joined
  const joined = place !== undefined
  const nats =
    (!joined || place.controlPlane) && settings.natsUrl === undefined
      ? await ensureNatsServer({ ...options, override: settings.natsServer || undefined })
      : undefined
  if (nats && E.isLeft(nats)) throw new CannotGoOn(nats.left)
  const redis =
    !joined && settings.redisUrl === undefined
      ? await ensureRedisServer({ ...options, override: settings.redisServer || undefined })
      : undefined
  if (redis && E.isLeft(redis)) throw new CannotGoOn(redis.left)
  const kubectl = await ensureClient('kubectl', options)
  if (E.isLeft(kubectl)) throw new CannotGoOn(kubectl.left)
  return {
    ...(nats ? { natsServer: nats.right } : {}),
    ...(redis ? { redisServer: redis.right } : {}),
    kubectl: kubectl.right,
  }
}

/** What `periplus image` does: writes this checkout as an image. */
export const writeOwnImage = async (home: Home, settings: Settings, path: string, say: Say): Promise<void> => {
  makeHome(home)
  const { natsServer, kubectl } = await ensureTools(home, settings, say)
  if (natsServer === undefined) throw new CannotGoOn('an image has a NATS server of its own: unset PERIPLUS_NATS_URL')
  await buildImages(home, () => undefined)
  const checkout = dirname(shippedFile('package-lock.json'))
  const image = await ownImage({ checkout, node: process.execPath, natsServer, kubectl, standIns: home.images })
  if (E.isLeft(image)) throw new CannotGoOn(`the image cannot be built: ${image.left}`)
  writePrivately(path, image.right)
  say(`${path} has the image ${ownImageName}, ${Math.round(image.right.length / 2 ** 20)} MiB`)
}

/** What `periplus tools` does: everything that a cluster and its tests need, before a test's time begins to run. */
export const installTools = async (home: Home, settings: Settings, say: Say): Promise<void> => {
  makeHome(home)
  await ensureTools(home, settings, say)
  for (const client of ['kubectl', 'helm'] as const) {
    const pinned = await ensureClient(client, { tools: home.tools, say, pinned: true })
    if (E.isLeft(pinned)) throw new CannotGoOn(pinned.left)
  }
  // The README's tour asks a pod with curl, and its test does as it says.
  const installed = await ensureContainerPackages(say, { curl: ['curl'] })
  if (E.isLeft(installed)) {
    if (installed.left.tag !== 'ContainersImpossible') throw new CannotGoOn(refusalText(installed.left))
    say(`${refusalText(installed.left)}; tests of containers will fail`)
  }
  await buildImages(home, say)
}
