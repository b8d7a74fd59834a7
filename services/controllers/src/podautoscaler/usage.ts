import { millisecondsOf, milliValue, quantityOf } from '@periplus/api'
import type { Stored } from '@periplus/api'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { PodMetrics, podCondition } from '@periplus/kinds'
import type { Pod } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'

/** What each pod uses of a resource, in thousandths, and when that was read. */
export interface Usage {
  readonly value: number
  readonly at: number
  readonly window: number
}

const milli = (text: string | undefined): number => Number(milliValue(quantityOf(text)))

/** By name. A pod of which the container named, or any container at all, was not read is left out. */
export const usages = (
  cut: Cut,
  pods: readonly Stored<Pod>[],
  resource: string,
  container: string | undefined,
): ReadonlyMap<string, Usage> =>
  new Map(
    pods.flatMap(({ metadata }): readonly [string, Usage][] => {
      const reading = cut.get(PodMetrics, metadata.namespace ?? '', metadata.name)
      const read = reading?.containers.filter(({ name }) => container === undefined || name === container) ?? []
      if (!reading || read.length === 0 || read.some(({ usage }) => usage[resource] === undefined)) return []
      const value = read.reduce((sum, { usage }) => sum + milli(usage[resource]), 0)
      // A reading's window is that between two looks of the node at what it runs.
      return [[metadata.name, { value, at: millisecondsOf(reading.timestamp) ?? 0, window: 15_000 }]]
    }),
  )

/** What each pod asks for of a resource, in thousandths; an error where one asks for nothing, as no share of that can be told. */
export const requests = (
  pods: readonly Stored<Pod>[],
  resource: string,
  container: string | undefined,
): Either<string, ReadonlyMap<string, number>> => {
  const found = new Map<string, number>()
  for (const { metadata, spec } of pods) {
    const ofPod = container === undefined ? spec?.resources?.requests : undefined
    if (ofPod && Object.keys(ofPod).length > 0) {
      if (ofPod[resource] === undefined)
        return E.left(`missing pod-level request for ${resource} in Pod ${metadata.name}`)
      found.set(metadata.name, milli(ofPod[resource]))
      continue
    }
    const sidecars = (spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always')
    let sum = 0
    for (const one of [...(spec?.containers ?? []), ...sidecars]) {
      if (container !== undefined && one.name !== container) continue
      const request = one.resources?.requests?.[resource]
      if (request === undefined)
        return E.left(`missing request for ${resource} in container ${one.name} of Pod ${metadata.name}`)
      sum += milli(request)
    }
    found.set(metadata.name, sum)
  }
  return E.right(found)
}

const startup = 5 * 60_000
const readiness = 30_000

/** A pod that has only begun uses more of the processors than it will, and one that was never ready says nothing. */
const isUnready = ({ status }: Pod, ready: ReturnType<typeof podCondition>, usage: Usage, now: number): boolean => {
  const started = millisecondsOf(status?.startTime)
  if (!ready || started === undefined) return true
  const since = millisecondsOf(ready.lastTransitionTime) ?? 0
  if (started + startup > now) return ready.status === 'False' || usage.at < since + usage.window
  return ready.status === 'False' && started + readiness > since
}

export interface Groups {
  readonly ready: number
  readonly unready: readonly string[]
  readonly missing: readonly string[]
  /** Usages of the pods that count. */
  readonly counted: ReadonlyMap<string, Usage>
}

/** Which pods count, by how far they are and what is known of them. */
export const groupPods = (
  pods: readonly Stored<Pod>[],
  used: ReadonlyMap<string, Usage>,
  resource: string,
  now: number,
): Groups => {
  const unready: string[] = []
  const missing: string[] = []
  const counted = new Map<string, Usage>()
  for (const pod of pods) {
    const { name, deletionTimestamp } = pod.metadata
    if (deletionTimestamp !== undefined || pod.status?.phase === 'Failed') continue
    const usage = used.get(name)
    if (pod.status?.phase === 'Pending') unready.push(name)
    else if (!usage) missing.push(name)
    else if (resource === 'cpu' && isUnready(pod, podCondition(pod, 'Ready'), usage, now)) unready.push(name)
    else counted.set(name, usage)
  }
  return { ready: counted.size, unready, missing, counted }
}
