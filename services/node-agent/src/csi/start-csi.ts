import { mkdir } from 'node:fs/promises'
import { CSINode } from '@periplus/kinds'
import { announceDrivers } from './announce.ts'
import { csiVolumes } from './csi-volumes.ts'
import type { CsiVolumes, CsiVolumesOptions } from './csi-volumes.ts'
import { csiDrivers } from './drivers.ts'
import type { CsiDriversOptions } from './drivers.ts'

export type CsiOptions = Omit<CsiVolumesOptions, 'drivers'> & Omit<CsiDriversOptions, 'announce' | 'announced' | 'came'>

/** A node's storage drivers, and the volumes that they bring. */
export interface Csi {
  readonly volumes: CsiVolumes
  /** Begins to look for drivers, once the node is registered; calls back whenever there is one that was not there. */
  begin(came: () => void): void
}

export const startCsi = async (options: CsiOptions): Promise<Csi> => {
  const { places, cut, nodeName } = options
  for (const directory of [places.pods, places.plugins, places.pluginRegistry])
    await mkdir(directory, { recursive: true, mode: 0o750 })
  let came: () => void = () => undefined
  const drivers = csiDrivers({
    ...options,
    announce: announceDrivers(options),
    announced: () => (cut.get(CSINode, '', nodeName)?.spec.drivers ?? []).map(({ name }) => name),
    came: () => came(),
  })
  return {
    volumes: csiVolumes({ ...options, drivers }),
    begin: listener => {
      came = listener
      drivers.begin()
    },
  }
}
