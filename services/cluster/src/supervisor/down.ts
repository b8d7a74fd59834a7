import { rmSync } from 'node:fs'
import { endContainers } from './containers.ts'
import type { Home } from '../home/home.ts'
import { endLeftovers, endProcesses, leftBehind } from './leftovers.ts'
import type { Say } from '../home/say.ts'
import { takeOver } from './take-over.ts'
import type { TakenOver } from './take-over.ts'

/** Stops the cluster and keeps its data. Where its supervisor was killed, ends what that left behind. */
export const down = async (home: Home, say: Say): Promise<void> => {
  const taken = await takeOver(home)
  if (!taken) return say('the cluster is not running')
  try {
    await endAll(home, taken, say)
  } finally {
    await taken.lock.release()
  }
}

/** Ends whatever of the cluster runs without its supervisor. */
export const endAll = async (home: Home, { stopped }: TakenOver, say: Say): Promise<void> => {
  const left = Object.keys(leftBehind(home))
  await endLeftovers(home)
  await endProcesses(home)
  await endContainers(home)
  rmSync(home.supervisor, { force: true })
  if (!stopped && left.length > 0) say(`no supervisor was running; ended what it had left behind: ${left.join(', ')}`)
  say(stopped || left.length > 0 ? 'the cluster has stopped; its data is kept' : 'the cluster is not running')
}
