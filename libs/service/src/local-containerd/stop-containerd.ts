import { rm } from 'node:fs/promises'
import { containerdHome } from './containerd-home.ts'
import { endProcess, gone, signal } from '../processes/end-process.ts'
import { descendants, runningDaemon, shims } from './own-processes.ts'

/**
 * Stops the daemon, by its own pid. Containers run on and are found again at the next start; with `endContainers` they are
 * killed too (what must end gracefully is stopped through the runtime before). Resolves when they are gone; idempotent.
 */
export const stopContainerd = async (
  homeDirectory: string,
  options: { readonly endContainers: boolean },
): Promise<void> => {
  const home = containerdHome(homeDirectory)
  const daemon = await runningDaemon(home.pidFile, home.config)
  if (daemon !== undefined) await endProcess(daemon)
  await rm(home.pidFile, { force: true })
  if (options.endContainers) await endContainers(home.address)
}

const endContainers = async (address: string): Promise<void> => {
  const owners = await shims(address)
  const contained = await descendants(owners)
  for (const process_ of contained) signal(process_, 'SIGKILL')
  await gone(contained, 10_000)
  for (const process_ of owners) signal(process_, 'SIGKILL')
  await gone(owners, 10_000)
}
