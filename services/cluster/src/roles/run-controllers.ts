import { containedClock, freshSeed, sharedTurn, systemClock } from '@periplus/prelude'
import { electLeader, recordDecisions, runController } from '@periplus/controller'
import type { Controller, DecisionPace } from '@periplus/controller'
import { hasEnded, processName } from '@periplus/service'
import { openDecisions } from './open.ts'
import type { RoleProcess } from './role.ts'

/**
 * A leader writes for `renewDeadlineSeconds` after its last renewal at most, and nobody takes over for `leaseSeconds` after it. In
 * between, the log's server has closed the connection of a leader that stands still, and servers have closed the route on which its last
 * message would go on to the one that leads the log.
 */
export const leaseTimes = { leaseSeconds: 26, renewDeadlineSeconds: 7 } as const

/**
 * Each controller runs while this process holds the Lease `lease`; another copy of the process waits for it. What a copy writes goes
 * through a log that takes it only from the one that leads. Those with a `pace` take their part of a processor together.
 */
export const runControllers = async (
  process: RoleProcess,
  lease: string,
  controllers: readonly Controller[],
  pace?: DecisionPace,
): Promise<void> => {
  const { cut, onBug, onDecisionFailed, onStop } = process
  const decisions = recordDecisions(await openDecisions(process.bus), systemClock)
  onStop({ name: 'decisions', stop: () => decisions.flush() })
  const clock = containedClock(systemClock, onBug)
  let leads = (): boolean => false
  const commands = await process.commandsWhile(() => leads())
  const leadership = electLeader(
    {
      name: lease,
      namespace: 'kube-system',
      identity: processName(),
      hasEnded,
      ...leaseTimes,
      onStart: () => running.forEach(controller => controller.resync()),
      onContinue: () => running.forEach(controller => controller.proceed()),
      onBug,
    },
    { cut, commands: process.commands, clock },
  )
  leads = leadership.leads
  const running = controllers.map(controller =>
    runController(controller, {
      cut,
      commands,
      decisions,
      clock,
      newSeed: freshSeed,
      stopwatch: () => performance.now(),
      turn: sharedTurn,
      ...(pace ? { pace } : {}),
      leads: leadership.leads,
      onBug: onDecisionFailed,
    }),
  )
  onStop({ name: 'leadership', stop: leadership.stop })
  for (const controller of running) onStop(controller)
}
