import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { messageOf } from '@periplus/prelude'
import type { BackupAbout } from '@periplus/log'
import { writeCluster } from './cluster-file.ts'
import type { ClusterFile } from './cluster-file.ts'
import type { Home } from './home.ts'
import { CannotGoOn } from './say.ts'

/** What a backup says of the cluster that it is of: what objects rely on, and the next cluster has to have as well. */
export type BackedUp = Pick<ClusterFile, 'name' | 'apiPort' | 'nodeName' | 'podCidr' | 'serviceCidr'>

export const backedUp = ({ name, apiPort, nodeName, podCidr, serviceCidr }: ClusterFile): Record<string, unknown> => ({
  ...({ name, apiPort, nodeName, podCidr, serviceCidr } satisfies BackedUp),
})

const readBackedUp = (about: BackupAbout['about']): BackedUp => {
  const { name, apiPort, nodeName, podCidr, serviceCidr } = about
  const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''
  if (isText(name) && isText(nodeName) && isText(podCidr) && isText(serviceCidr) && typeof apiPort === 'number')
    return { name, apiPort, nodeName, podCidr, serviceCidr }
  throw new CannotGoOn('the backup does not say which cluster it is of')
}

/**
 * Lays a backup where the next start of this home begins with it. Refused where there is a cluster already: its log would go on, and
 * what is in the backup would be nowhere. `layKeys` comes before anything else is laid.
 */
export const layRestored = (home: Home, file: string, about: BackupAbout['about'], layKeys: () => void): void => {
  const cluster = readBackedUp(about)
  for (const found of [home.cluster, home.nats])
    if (existsSync(found))
      throw new CannotGoOn(`there is a cluster in ${home.directory}: a backup is restored into an empty home`)
  mkdirSync(dirname(home.restored), { recursive: true, mode: 0o700 })
  layKeys()
  const begun = `${home.restored}.begun`
  try {
    copyFileSync(file, begun)
    renameSync(begun, home.restored)
  } catch (error) {
    rmSync(begun, { force: true })
    throw new CannotGoOn(`${home.restored} cannot be written: ${messageOf(error)}`)
  }
  writeCluster(home, { ...cluster, runtime: { tag: 'hollow' } })
}
