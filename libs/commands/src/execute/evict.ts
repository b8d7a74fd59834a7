import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { formatTime, refOf } from '@periplus/api'
import type { Refusal } from '@periplus/api'
import type { Origin } from '@periplus/log'
import { budgetFor } from '../candidate/budget.ts'
import { refuse } from '../candidate/refuse.ts'
import type { Command, DeleteOptions, Outcome, Patch } from '../command.ts'
import type { Commands } from '../commands.ts'
import type { Engine } from './engine.ts'

const mostAttempts = 10

/**
 * `pods/eviction`: a deletion that a disruption budget may refuse. What it takes from the budget is an event of its own, and
 * comes first: a crash in between costs the budget a disruption until its controller counts again, never a pod too many.
 */
export const evict = async (
  engine: Engine,
  commands: Commands,
  command: Extract<Command, { verb: 'update' }>,
  origin: Origin,
  id: string,
): Promise<Either<Refusal, Outcome>> => {
  const { name = '', namespace = '' } = command.object.metadata ?? {}
  const ref = refOf(command.kind, namespace, name)
  const options = (command.object as { deleteOptions?: DeleteOptions }).deleteOptions ?? {}
  for (let attempt = 0; ; attempt++) {
    const pod = engine.recent.known(ref).object
    if (!pod) return refuse.notFound(command.kind, name)
    const budget = budgetFor(pod, engine.cut, engine.clock.now(), budgetRef => engine.recent.known(budgetRef).object)
    if (E.isLeft(budget)) return budget
    const kind = budget.right && engine.kindsAt(engine.cut).stored('policy', 'poddisruptionbudgets')
    if (budget.right && kind && !command.dryRun) {
      const taken = await commands.execute(
        { verb: 'update', kind, object: budget.right, subresource: 'status' },
        origin,
        `${id}.budget`,
      )
      if (E.isLeft(taken) && taken.left.tag === 'Conflict' && attempt < mostAttempts) continue
      if (E.isLeft(taken)) return taken
    }
    const dryRun = command.dryRun ?? false
    if (!pod.metadata.deletionTimestamp && !dryRun) {
      const told = await commands.execute(
        { verb: 'patch', kind: command.kind, ref, patch: targeted(engine.clock.now()), subresource: 'status' },
        origin,
        `${id}.condition`,
      )
      if (E.isLeft(told)) return told
    }
    return commands.execute({ verb: 'delete', kind: command.kind, ref, options, dryRun }, origin, id)
  }
}

/** What the pod says of its end, for those who count it. */
const targeted = (now: number): Patch => ({
  type: 'strategic',
  body: {
    status: {
      conditions: [
        {
          type: 'DisruptionTarget',
          status: 'True',
          reason: 'EvictionByEvictionAPI',
          message: 'Eviction API: evicting',
          lastTransitionTime: formatTime(now),
        },
      ],
    },
  },
})
