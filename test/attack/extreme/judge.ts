import { serialiseCommand } from '@periplus/commands'
import type { Controller, DecisionRecord, Key, Simulation } from '@periplus/controller'
import { seededRandom } from '@periplus/prelude'
import { threadCpu } from '@periplus/service'

export type Complain = (text: string) => void

/** Some minutes have room for no more decisions about one key, back-off included. */
const mostDecisions = 400
/** Milliseconds of CPU that one decision may take. */
const longestDecision = 50

/** Only time is left to end it. */
const stopped = { commands: [], requeueAfter: 86_400_000, why: 'stopped' } as const

const json = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner))

export interface Judged {
  readonly controllers: readonly Controller[]
  /** The longest decision, in milliseconds of CPU, and whose it was. */
  worst(): string
  /** Begins to count decisions anew. */
  next(): void
}

/**
 * The controllers, with complaints of decisions that throw, take long, come without end or cannot be told to others; `full` says of a
 * moment that no decision but to wait is wanted any more.
 */
export const judged = (
  controllers: readonly Controller[],
  complain: Complain,
  full: (cut: Parameters<Controller['decide']>[0]) => boolean = () => false,
): Judged => {
  const counts = new Map<string, number>()
  const cpu = threadCpu()
  let [longest, worst] = [0, '']
  const guarded = (controller: Controller): Controller => {
    const decide: Controller['decide'] = (cut, key, moment) => {
      const name = `${controller.name} ${key.namespace}/${key.name}`
      const count = (counts.get(name) ?? 0) + 1
      counts.set(name, count)
      if (full(cut)) return stopped
      if (count > mostDecisions) {
        if (count === mostDecisions + 1)
          complain(`${name}: decided without end: ${controller.decide(cut, key, moment).why}`)
        return stopped
      }
      const timed = (): { took: number; decision: ReturnType<Controller['decide']> } => {
        const begun = cpu()
        const decision = controller.decide(cut, key, moment)
        decision.commands.forEach(serialiseCommand)
        return { took: cpu() - begun, decision }
      }
      const { took, decision } = timed()
      // Collections and compilations happen once, and a decision is the same each time.
      const again = took > longest ? Math.min(took, timed().took) : 0
      if (again > longest) [longest, worst] = [again, name]
      if (again > longestDecision) complain(`${name}: took ${Math.round(again)} ms: ${decision.why}`)
      return decision
    }
    return { ...controller, decide }
  }
  return {
    controllers: controllers.map(guarded),
    worst: () => `${longest.toFixed(1)} ms of CPU (${worst})`,
    next: () => counts.clear(),
  }
}

/** No command of a controller may be refused for what it says. */
const wrong = new Set(['Invalid', 'BadRequest', 'Unprocessable', 'InternalError', 'MethodNotAllowed', 'NotBuilt'])

/**
 * Kubernetes' controllers are refused these as well: what they make of templates that are taken as they are, the adoption of what another
 * has adopted meanwhile, what they write to a node that came with a configuration which is looked at only when it is changed, and the API's own service
 * where its range was taken away.
 */
const asInKubernetes =
  /^cronjob .*"field":"metadata\.(labels|annotations)"|"field":"metadata\.finalizers\[|^statefulset .*"persistentvolumeclaims".*"metadata\.name"|Only one reference can have Controller set to true|^(attachedvolumes|nodeipam|nodelifecycle) .*"causes":\[\{"reason":"[^"]*","field":"status\.config\.|^kubernetesservice .*"field":"spec\.(clusterIPs|ipFamilies\[0\])"/

/** What controllers were refused that they should not have asked for, and what ended their decisions. */
export const refusalsIn = (records: readonly DecisionRecord[]): readonly string[] =>
  records.flatMap(refusalsOf).filter(text => !asInKubernetes.test(text))

const refusalsOf = ({ controller, key, outcome, commands, failed }: DecisionRecord): readonly string[] => [
  ...(failed === undefined ? [] : [`${controller} ${key.namespace}/${key.name}: ${failed}`]),
  ...outcome.flatMap((one, i) =>
    one.tag === 'Refused' && wrong.has(one.refusal.tag)
      ? [`${controller} ${key.namespace}/${key.name}: ${json(one.refusal)} at ${json(commands[i]).slice(0, 600)}`]
      : [],
  ),
]

const moments = [0, Date.UTC(2025, 0, 1), 253_402_300_799_000]

/** Every decision about every object of a controller's kind at the ends of time, on what the cluster came to. */
export const decideEverything = (
  { cut }: Pick<Simulation, 'cut'>,
  controllers: readonly Controller[],
  complain: Complain,
): number => {
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
          controller.assume?.(cut, commands)
        } catch (error) {
          complain(`${controller.name} ${namespace}/${name} at ${now}: ${String(error)}`)
        }
  }
  return count
}
