import { createHash } from 'node:crypto'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { ContainerdHome } from './containerd-home.ts'

/** Interfaces of the CNI plugin bandwidth, which the machine keeps when the pods' own go: one for each pod that has an address. */
export const shapersLeft = async ({ addresses }: ContainerdHome, network: string): Promise<readonly string[]> => {
  const directory = join(addresses, network)
  const present = new Set(await readdir('/sys/class/net').catch((): string[] => []))
  const names = await Promise.all(
    (await readdir(directory).catch((): string[] => []))
      .filter(file => /^[0-9.]+$/.test(file))
      .map(async file => shaperOf(network, (await readFile(join(directory, file), 'utf8')).split(/\r?\n/)[0] ?? '')),
  )
  return names.filter(name => present.has(name))
}

/** As the plugin names it after the network and the sandbox. */
const shaperOf = (network: string, sandboxId: string): string =>
  `bwp${createHash('sha512').update(`${network}${sandboxId}`).digest('hex')}`.slice(0, 15)
