import { gone } from '@periplus/service'
import { endContainers } from './containers.ts'
import type { Home } from './home.ts'
import { endLeftovers, endProcesses, leftBehind } from './leftovers.ts'
import { CannotGoOn } from './say.ts'
import type { Say } from './say.ts'
import { runningSupervisor } from './supervisor-file.ts'

const patience = 90_000

/** Stops the cluster and keeps its data. Where its supervisor was killed, ends what that left behind. */
export const down = async (home: Home, say: Say): Promise<void> => {
  const supervisor = runningSupervisor(home)?.supervisor
  if (supervisor) {
    process.kill(supervisor.pid, 'SIGTERM')
    if (!(await gone([supervisor], patience)))
      throw new CannotGoOn(`the supervisor (process ${supervisor.pid}) has not stopped within ${patience / 1000} s`)
  }
  const left = Object.keys(leftBehind(home))
  await endLeftovers(home)
  await endProcesses(home)
  await endContainers(home)
  if (!supervisor && left.length > 0)
    say(`no supervisor was running; ended what it had left behind: ${left.join(', ')}`)
  say(supervisor || left.length > 0 ? 'the cluster has stopped; its data is kept' : 'the cluster is not running')
}
