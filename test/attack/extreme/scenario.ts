import { decodeValue } from '@periplus/api'
import type { Kind, KubernetesObject, ObjectRef, Stored } from '@periplus/api'
import { builtInAdmission, createCommands, serialiseCommand } from '@periplus/commands'
import type { Command } from '@periplus/commands'
import { hollowKubelet, kindOf, noFaults, simulate } from '@periplus/controller'
import type { Controller, DecisionRecord, Key, Simulation } from '@periplus/controller'
import { builtinRegistry, kindsAt } from '@periplus/custom'
import { E, seededRandom } from '@periplus/prelude'
import type { Random } from '@periplus/prelude'
import { controllersOf } from '../../../services/cluster/src/roles/controllers.ts'
import { atLimits } from './mutate.ts'
import { beginnings, plainObjects } from './objects.ts'
import { pick } from './values.ts'

const controllers: readonly Controller[] = [
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

/** Some minutes have room for no more decisions about one key, back-off included. */
const mostDecisions = 400
/** A wish for two thousand million replicas is granted as far as this. */
const mostPods = 300
/** Milliseconds of CPU that one decision may take. */
const longestDecision = 1_000

/** Only time is left to end it. */
const stopped = { commands: [], requeueAfter: 86_400_000, why: 'stopped' } as const

/** The controller, with complaints of decisions that throw, take long, come without end or cannot be told to others. */
const guarded = (controller: Controller, complain: (text: string) => void): Controller => {
  const counts = new Map<string, number>()
  const decide: Controller['decide'] = (cut, key, moment) => {
    const name = `${controller.name} ${key.namespace}/${key.name}`
    const count = (counts.get(name) ?? 0) + 1
    counts.set(name, count)
    if (cut.entries('', 'pods').length > mostPods) return stopped
    if (count > mostDecisions) {
      if (count === mostDecisions + 1)
        complain(`${name}: decided without end: ${controller.decide(cut, key, moment).why}`)
      return stopped
    }
    const begun = process.cpuUsage()
    const decision = controller.decide(cut, key, moment)
    decision.commands.forEach(serialiseCommand)
    const { user, system } = process.cpuUsage(begun)
    const took = (user + system) / 1000
    if (took > longestDecision) complain(`${name}: took ${Math.round(took)} ms`)
    return decision
  }
  return { ...controller, decide }
}

/** No command of a controller may be refused for what it says. */
const wrong = new Set(['Invalid', 'BadRequest', 'Unprocessable', 'InternalError', 'MethodNotAllowed', 'NotBuilt'])

const refusalsIn = (records: readonly DecisionRecord[]): readonly string[] =>
  records.flatMap(({ controller, key, outcome, commands, failed }) => [
    ...(failed === undefined ? [] : [`${controller} ${key.namespace}/${key.name}: ${failed}`]),
    ...outcome.flatMap((one, i) =>
      one.tag === 'Refused' && wrong.has(one.refusal.tag)
        ? [`${controller} ${key.namespace}/${key.name}: ${json(one.refusal)} at ${json(commands[i]).slice(0, 600)}`]
        : [],
    ),
  ])

const json = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner))

const moments = [0, Date.UTC(2025, 0, 1), 253_402_300_799_000]

/** Every decision about every object of a controller's kind at the ends of time, on what the scenario came to. */
const decideEverything = ({ cut }: Simulation, complain: (text: string) => void): number => {
  let count = 0
  for (const controller of controllers) {
    const keys: readonly Key[] = [
      ...cut.entries(controller.primary.group, controller.primary.resource).map(({ ref }) => ref),
      ...(controller.startingKeys?.(cut) ?? []),
    ]
    for (const { namespace, name } of keys)
      for (const now of moments)
        try {
          count++
          const { commands } = controller.decide(cut, { namespace, name }, { now, random: seededRandom(count) })
          commands.forEach(serialiseCommand)
          controller.foresee?.(cut, commands)
        } catch (error) {
          complain(`${controller.name} ${namespace}/${name} at ${now}: ${String(error)}`)
        }
  }
  return count
}

/** Some minutes of a cluster whose objects lie at the limits of what the API takes. */
export const liveAtTheLimits = async (seed: number): Promise<Found> => {
  const random = seededRandom(seed)
  const complaints = new Set<string>()
  const complain = (text: string): void => void complaints.add(`seed ${seed}: ${text}`)
  let written = 0
  let refused = 0
  const simulation = simulate({
    seed,
    faults: noFaults,
    processes: [controllers.map(controller => guarded(controller, complain))],
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
  const attempt = async (command: Command): Promise<void> => {
    try {
      await simulation.user(command)
      written++
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('refused: ')) throw error
      refused++
    }
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
  const again = decideEverything(simulation, complain)
  refusalsIn(simulation.decisions).forEach(complain)
  return { written, refused, decisions: simulation.decisions.length + again, complaints: [...complaints] }
}

const refOf = ({ group, resource, namespaced }: Kind, { metadata }: KubernetesObject): ObjectRef => ({
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
  { cut }: Simulation,
  attempt: (command: Command) => Promise<void>,
  ref: ObjectRef,
  part: 'metadata' | 'spec' | 'status',
  random: Random,
  count: number,
): Promise<void> => {
  const kind = builtinRegistry.stored(ref.group, ref.resource)
  const found = cut.entry(ref)?.object() as Stored<KubernetesObject> | undefined
  if (!kind || !found) return
  // What the API server cannot read reaches no command.
  const read = decodeValue(kind, atLimits(kind, found, part, random, count), { fieldValidation: 'Strict' })
  if (E.isLeft(read)) return
  const subresource = part === 'status' ? { subresource: 'status' } : {}
  await attempt({ verb: 'update', kind, object: read.right.object as KubernetesObject, ...subresource })
}
