import { targetOf } from '@periplus/api'
import type { Stored } from '@periplus/api'
import { E } from '@periplus/prelude'
import type { PriorityClass } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import { createdPod, forbidden, withSpec } from './pods.ts'
import type { AdmissionPlugin } from './plugin.ts'

const group = 'scheduling.k8s.io'

interface Level {
  readonly name: string
  readonly value: number
  readonly preemptionPolicy: string
}

/** There before anybody creates them: what the cluster itself needs comes first. */
const builtIn: ReadonlyMap<string, number> = new Map([
  ['system-cluster-critical', 2000000000],
  ['system-node-critical', 2000001000],
])

/** A pod's priority is its class's; the number isn't the client's to choose. One class at most is everybody's default. */
export const priority: AdmissionPlugin = {
  name: 'Priority',
  mutate: (candidate, { cut }) => {
    const pod = createdPod(candidate)
    if (!pod) return E.right(candidate.next)
    const { priorityClassName: asked, priority: given, preemptionPolicy: policy } = pod.spec ?? {}
    const level = asked ? levelNamed(cut, asked) : defaultLevel(cut)
    if (!level) return E.left(forbidden(candidate, `no PriorityClass with name ${asked ?? ''} was found`))
    const computed = 'must not be provided in pod spec; priority admission controller computed'
    const source = 'from the given PriorityClass name'
    if (given !== undefined && given !== level.value)
      return E.left(
        forbidden(candidate, `the integer value of priority (${given}) ${computed} ${level.value} ${source}`),
      )
    if (policy !== undefined && policy !== level.preemptionPolicy)
      return E.left(
        forbidden(
          candidate,
          `the string value of PreemptionPolicy (${policy}) ${computed} ${level.preemptionPolicy} ${source}`,
        ),
      )
    return E.right(
      withSpec(pod, {
        ...(level.name === '' ? {} : { priorityClassName: level.name }),
        priority: level.value,
        preemptionPolicy: level.preemptionPolicy,
      }),
    )
  },
  validate: (candidate, { cut }) => {
    const { kind, next, ref, operation } = candidate
    if (kind.group !== group || kind.resource !== 'priorityclasses' || operation === 'delete') return undefined
    if (!(next as PriorityClass).globalDefault) return undefined
    const other = classes(cut).find(({ globalDefault, metadata }) => globalDefault && metadata.name !== ref.name)
    if (!other) return undefined
    const message = `PriorityClass ${other.metadata.name} is already marked as default. Only one default can exist`
    return { refusal: { tag: 'Forbidden', target: targetOf(kind, ref.name), message } }
  },
}

const classes = (cut: Cut): readonly Stored<PriorityClass>[] =>
  cut.entries(group, 'priorityclasses').map(entry => entry.object() as Stored<PriorityClass>)

const levelOf = ({ metadata, value = 0, preemptionPolicy = 'PreemptLowerPriority' }: Stored<PriorityClass>): Level => ({
  name: metadata.name,
  value,
  preemptionPolicy,
})

const levelNamed = (cut: Cut, name: string): Level | undefined => {
  const entry = cut.entry({ group, resource: 'priorityclasses', namespace: '', name })
  if (entry) return levelOf(entry.object() as Stored<PriorityClass>)
  const value = builtIn.get(name)
  return value === undefined ? undefined : { name, value, preemptionPolicy: 'PreemptLowerPriority' }
}

/** Where several claim to be the default, the lowest is. */
const defaultLevel = (cut: Cut): Level => {
  const defaults = classes(cut)
    .filter(({ globalDefault }) => globalDefault)
    .map(levelOf)
    .sort((a, b) => a.value - b.value)
  return defaults[0] ?? { name: '', value: 0, preemptionPolicy: 'PreemptLowerPriority' }
}
