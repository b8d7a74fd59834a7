import type { Kind, KubernetesObject, ObjectRef } from '@periplus/api'
import { builtInAdmission, createCommands } from '@periplus/commands'
import type { Command } from '@periplus/commands'
import { hollowKubelet, kindOf, noFaults, simulate } from '@periplus/controller'
import type { Controller, Simulation } from '@periplus/controller'
import { builtinRegistry, kindsAt } from '@periplus/custom'
import { E, seededRandom } from '@periplus/prelude'
import type { Random } from '@periplus/prelude'
import { controllersOf } from '../../../services/cluster/src/roles/controllers.ts'
import { decideEverything, judged, refusalsIn } from './judge.ts'
import type { Complain } from './judge.ts'
import { changeOf } from './mutate.ts'
import type { Part } from './mutate.ts'
import { beginnings, plainObjects } from './objects.ts'
import { pick } from './values.ts'

const all: readonly Controller[] = [
  ...controllersOf('what pods trust', { serviceIp: '10.96.0.1', port: 6443, address: '10.244.0.1' }),
  hollowKubelet({ startMilliseconds: 800, stopMilliseconds: 400 }),
]

/** What one seed found. */
export interface Found {
  /** Objects that were written, extreme and valid. */
  readonly written: number
  /** Those that validation refused. */
  readonly refused: number
  readonly decisions: number
  readonly complaints: readonly string[]
}

/** A wish for two thousand million replicas is granted as far as this. */
const mostPods = 300

/** The simulated cluster with the controllers, whose bugs are complaints. */
export const extremeCluster = (seed: number, controllers: readonly Controller[], complain: Complain): Simulation =>
  simulate({
    seed,
    faults: noFaults,
    processes: [controllers],
    onBug: (controller, key, error) =>
      complain(`${controller} ${key.namespace}/${key.name}: ${error instanceof Error ? error.stack : String(error)}`),
    commandsOf: (cut, log, clock, dice) =>
      createCommands({
        cut,
        log,
        kindsAt,
        admission: builtInAdmission,
        clock,
        newId: () => `${Math.floor(dice() * 2 ** 32).toString(16)}-${Math.floor(dice() * 2 ** 32).toString(16)}`,
        onBug: (error, { verb, kind }) =>
          complain(`${verb} ${kind.resource}: ${error instanceof Error ? error.stack : String(error)}`),
      }),
  })

/** Some minutes of a cluster whose objects lie at the limits of what the API takes. */
export const liveAtTheLimits = async (seed: number): Promise<Found> => {
  const random = seededRandom(seed)
  const complaints = new Set<string>()
  const complain = (text: string): void => void complaints.add(`seed ${seed}: ${text}`)
  let written = 0
  let refused = 0
  const { controllers } = judged(all, complain, cut => cut.entries('', 'pods').length > mostPods)
  const simulation = extremeCluster(seed, controllers, complain)
  const attempt = async (command: Command): Promise<void> => {
    const [done] = await simulation.users([command])
    if (done && E.isRight(done)) written++
    else refused++
  }

  for (const object of beginnings) await attempt({ verb: 'create', kind: kindOf(object), object })
  await simulation.run(1_000)
  for (const plain of plainObjects) {
    const kind = kindOf(plain)
    const count = pick(random, [0, 1, 2, 3])
    await attempt({ verb: 'create', kind, object: plain })
    for (const part of ['spec', 'status', 'metadata'] as const)
      if (random() < 0.6) await change(simulation, attempt, refOf(kind, plain), part, random, count)
  }
  for (let deed = 0; deed < 15; deed++) {
    await simulation.run(pick(random, [0, 100, 5_000, 30_000]))
    const ref = anyOf(simulation, random)
    if (ref && random() < 0.1) await attempt(deletion(ref, random))
    else if (ref)
      await change(simulation, attempt, ref, pick(random, ['spec', 'spec', 'status', 'metadata']), random, 2)
  }
  await simulation.run(180_000)
  const again = decideEverything(simulation, all, complain)
  refusalsIn(simulation.decisions).forEach(complain)
  return { written, refused, decisions: simulation.decisions.length + again, complaints: [...complaints] }
}

export const refOf = ({ group, resource, namespaced }: Kind, { metadata }: KubernetesObject): ObjectRef => ({
  group,
  resource,
  namespace: namespaced ? (metadata?.namespace ?? '') : '',
  name: metadata?.name ?? '',
})

const anyOf = ({ cut }: Simulation, random: Random): ObjectRef | undefined => {
  const { group, resource } = pick(random, cut.resources())
  return pick(random, cut.entries(group, resource))?.ref
}

const deletion = (ref: ObjectRef, random: Random): Command => ({
  verb: 'delete',
  kind: builtinRegistry.stored(ref.group, ref.resource) as Kind,
  ref,
  options: {
    gracePeriodSeconds: pick(random, [0, 1, 2 ** 31 - 1, Number.MAX_SAFE_INTEGER]),
    propagationPolicy: pick(random, ['Orphan', 'Background', 'Foreground']),
  },
})

const change = async (
  simulation: Simulation,
  attempt: (command: Command) => Promise<unknown>,
  ref: ObjectRef,
  part: Part,
  random: Random,
  count: number,
): Promise<void> => {
  const command = changeOf(simulation, ref, part, random, count)
  if (command) await attempt(command)
}
