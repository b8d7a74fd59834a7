import type { Home } from './home.ts'
import { isRunning } from './process-identity.ts'
import { CannotGoOn } from './say.ts'
import type { Say } from './say.ts'
import { runningSupervisor } from './supervisor-file.ts'

const patience = 90_000

/** Stops the cluster and keeps its data. */
export const down = async (home: Home, say: Say): Promise<void> => {
  const running = runningSupervisor(home)
  if (!running) return say('the cluster is not running')
  process.kill(running.supervisor.pid, 'SIGTERM')
  for (const end = performance.now() + patience; performance.now() < end;) {
    if (!isRunning(running.supervisor)) return say('the cluster has stopped; its data is kept')
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  throw new CannotGoOn(`the supervisor (process ${running.supervisor.pid}) has not stopped within ${patience / 1000} s`)
}
