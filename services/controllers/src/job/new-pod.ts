import { controlledBy } from '@periplus/api'
import { Job } from '@periplus/kinds'
import type { Pod, PodSpec } from '@periplus/kinds'
import { prefixOf } from '../generated-names.ts'
import { freePodName, longestBase } from '../pods/free-name.ts'
import { failureVerdict } from './failure-policy.ts'
import * as named from './names.ts'
import { failuresBefore, ignoredBefore, isLimitedPerIndex } from './pod-facts.ts'
import type { Sync } from './sync.ts'

type Strings = Readonly<Record<string, string>>
type Containers = NonNullable<PodSpec['containers']>

const told = { fieldRef: { fieldPath: `metadata.labels['${named.completionIndex}']` } }

/** A container that sets the variable itself keeps its own. */
const withVariable = (containers: Containers): Containers =>
  containers.map(container =>
    container.env?.some(({ name }) => name === named.indexVariable)
      ? container
      : { ...container, env: [...(container.env ?? []), { name: named.indexVariable, valueFrom: told }] },
  )

/** A long name is cut so that the index stays whole. */
const baseWith = (name: string, index: number): string => {
  const end = `-${index}-`
  return `${name.slice(0, longestBase - end.length)}${end}`
}

const specWith = (spec: PodSpec | undefined, job: string, index: number | undefined): PodSpec | undefined => {
  if (!spec || index === undefined) return spec
  return {
    ...spec,
    hostname: `${job}-${index}`,
    containers: withVariable(spec.containers),
    ...(spec.initContainers ? { initContainers: withVariable(spec.initContainers) } : {}),
  }
}

/** How often the index has failed, told from pod to pod. */
const failuresOf = ({ job, keptFailures }: Sync, index: number): Strings => {
  if (!isLimitedPerIndex(job)) return {}
  const last = keptFailures.get(index)
  const counts = last === undefined ? false : failureVerdict(job, last).counts
  const failures = last === undefined ? 0 : failuresBefore(last) + (counts ? 1 : 0)
  const ignored = last === undefined ? 0 : ignoredBefore(last) + (counts ? 0 : 1)
  return {
    [named.indexFailures]: String(failures),
    ...(ignored > 0 ? { [named.ignoredIndexFailures]: String(ignored) } : {}),
  }
}

const finalizersWith = (finalizers: readonly string[] = []): readonly string[] =>
  finalizers.includes(named.trackingFinalizer) ? finalizers : [...finalizers, named.trackingFinalizer]

/** Pods of the job's template, one for each index, or for each `undefined` of a job without indexes. */
export const newPods = (sync: Sync, indexes: readonly (number | undefined)[]): readonly Pod[] => {
  const { cut, job, moment } = sync
  const { name: owner, namespace = '' } = job.metadata
  const { metadata, spec } = job.spec?.template ?? {}
  const taken = new Set<string>()
  return indexes.map((index): Pod => {
    const generateName = index === undefined ? prefixOf(owner) : baseWith(owner, index)
    const place: Strings = index === undefined ? {} : { [named.completionIndex]: String(index) }
    const annotations = { ...metadata?.annotations, ...place, ...(index === undefined ? {} : failuresOf(sync, index)) }
    const podSpec = specWith(spec, owner, index)
    return {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: freePodName(cut, namespace, generateName, moment.random, taken),
        generateName,
        namespace,
        labels: { ...metadata?.labels, ...place },
        ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
        finalizers: finalizersWith(metadata?.finalizers),
        ownerReferences: [controlledBy(Job, job)],
      },
      ...(podSpec ? { spec: podSpec } : {}),
    }
  })
}
