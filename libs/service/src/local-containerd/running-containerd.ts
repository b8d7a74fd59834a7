import { containerdHome } from './containerd-home.ts'
import { runningDaemon } from './own-processes.ts'

/** The daemon of this home if it runs, whoever started it. */
export const runningContainerd = async (
  homeDirectory: string,
): Promise<{ readonly address: string; readonly pid: number } | undefined> => {
  const home = containerdHome(homeDirectory)
  const daemon = await runningDaemon(home.pidFile, home.config)
  return daemon && { address: home.address, pid: daemon.pid }
}
