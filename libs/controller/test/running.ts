import type { Command } from '@periplus/commands'
import { memoryDecisions, runController } from '../src/index.ts'
import type { Controller } from '../src/index.ts'
import { cluster, must, origin } from './cluster.ts'

/** A controller that is to run in a cluster of its own, in memory. */
export const running = (controller: Controller, more: { leads?: () => boolean } = {}) => {
  const world = cluster()
  const process = world.process()
  const decisions = memoryDecisions()
  const bugs: unknown[] = []
  let seed = 0
  const start = () =>
    runController(controller, {
      cut: process.cut,
      commands: process.commands,
      decisions,
      clock: world.clock,
      newSeed: () => seed++,
      onBug: (_name, _key, error) => bugs.push(error),
      ...more,
    })
  const create = async (command: Command) => must(await process.commands.execute(command, origin))
  return { ...world, ...process, decisions, bugs, start, create }
}
