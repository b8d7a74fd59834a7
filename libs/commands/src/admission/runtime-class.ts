import { compareQuantities, deepEqual, quantityOf } from '@periplus/api'
import type { ObjectRef, Stored } from '@periplus/api'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { PodSpec, RuntimeClass, Toleration } from '@periplus/kinds'
import type { Candidate } from '../candidate/candidate.ts'
import { createdPod, forbidden, withSpec } from './pods.ts'
import type { AdmissionContext, AdmissionPlugin, AdmissionRefusal } from './plugin.ts'

/** A pod gets the overhead, the nodes and the tolerations of its runtime class, and none that no class gives it. */
export const runtimeClass: AdmissionPlugin = {
  name: 'RuntimeClass',
  mutate: (candidate, context) => {
    const pod = createdPod(candidate)
    const name = pod?.spec?.runtimeClassName
    if (!pod || name === undefined) return E.right(candidate.next)
    const found = classNamed(name, candidate, context)
    if (E.isLeft(found)) return found
    const overhead = found.right.overhead?.podFixed
    if (overhead && hasEntries(pod.spec?.overhead) && !sameAmounts(overhead, pod.spec?.overhead))
      return E.left(forbidden(candidate, mismatch))
    const placed = withScheduling(pod.spec, found.right)
    if (E.isLeft(placed)) return E.left(forbidden(candidate, placed.left))
    return E.right(withSpec(pod, { ...placed.right, ...(overhead ? { overhead } : {}) }))
  },
  validate: (candidate, context) => {
    const pod = createdPod(candidate)
    if (!pod) return undefined
    const name = pod.spec?.runtimeClassName
    const found = name === undefined ? undefined : classNamed(name, candidate, context)
    if (found && E.isLeft(found)) return found.left
    const overhead = found?.right.overhead
    if (overhead) return sameAmounts(overhead.podFixed, pod.spec?.overhead) ? undefined : forbidden(candidate, mismatch)
    return pod.spec?.overhead === undefined ? undefined : forbidden(candidate, unfounded)
  },
}

const mismatch = "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead"
const unfounded = 'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead'

/** Somebody may just have made the class, and the cut not have heard. */
const lag = 100

const classNamed = (
  name: string,
  candidate: Candidate,
  { cut }: AdmissionContext,
): Either<AdmissionRefusal, Stored<RuntimeClass>> => {
  const ref: ObjectRef = { group: 'node.k8s.io', resource: 'runtimeclasses', namespace: '', name }
  const entry = cut.entry(ref)
  if (entry) return E.right(entry.object() as Stored<RuntimeClass>)
  const refused = forbidden(candidate, `pod rejected: RuntimeClass ${JSON.stringify(name)} not found`)
  return E.left({ ...refused, awaits: ref, patience: lag })
}

const hasEntries = (amounts: Readonly<Record<string, string>> | undefined): boolean =>
  Object.keys(amounts ?? {}).length > 0

/** Whether the same is asked for, however it is spelled. */
const sameAmounts = (
  a: Readonly<Record<string, string>> | undefined = {},
  b: Readonly<Record<string, string>> | undefined = {},
): boolean => {
  const names = Object.keys(a)
  return (
    names.length === Object.keys(b).length &&
    names.every(name => Object.hasOwn(b, name) && compareQuantities(quantityOf(a[name]!), quantityOf(b[name]!)) === 0)
  )
}

/** The refusal names the label that pod and class want differently. */
const withScheduling = (spec: PodSpec | undefined, { scheduling }: RuntimeClass): Either<string, Partial<PodSpec>> => {
  if (!scheduling) return E.right({})
  const own = new Map(Object.entries(spec?.nodeSelector ?? {}))
  for (const [key, value] of Object.entries(scheduling.nodeSelector ?? {})) {
    const wanted = own.get(key)
    if (wanted !== undefined && wanted !== value)
      return E.left(
        `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${value}; pod.spec.nodeSelector[${key}] = ${wanted}`,
      )
    own.set(key, value)
  }
  const tolerations = merged(spec?.tolerations ?? [], scheduling.tolerations ?? [])
  return E.right({
    ...(own.size > 0 ? { nodeSelector: Object.fromEntries(own) } : {}),
    ...(tolerations.length > 0 ? { tolerations } : {}),
  })
}

/** Each is compared with each other one. More than these all stay, which says the same at greater length. */
const mostMerged = 500

/** All of both but those that another one covers; of two equal ones the first stays. */
const merged = (own: readonly Toleration[], added: readonly Toleration[]): readonly Toleration[] => {
  const kept: Toleration[] = []
  const all = [...own, ...added]
  if (all.length > mostMerged) return all
  for (const [place, toleration] of all.entries()) {
    const isCovered =
      kept.some(other => covers(other, toleration)) ||
      all.slice(place + 1).some(later => !deepEqual(later, toleration) && covers(later, toleration))
    if (!isCovered) kept.push(toleration)
  }
  return kept
}

/** Whether whatever `narrow` tolerates is tolerated by `wide` too, at least as long. */
const covers = (wide: Toleration, narrow: Toleration): boolean => {
  if (deepEqual(wide, narrow)) return true
  const anyKey = !wide.key && wide.operator === 'Exists'
  if ((wide.key ?? '') !== (narrow.key ?? '') && !anyKey) return false
  if (wide.effect && wide.effect !== narrow.effect) return false
  if (wide.effect === 'NoExecute' && isShorter(wide, narrow)) return false
  if (wide.operator === 'Exists') return true
  return narrow.operator === 'Equal' && (wide.value ?? '') === (narrow.value ?? '')
}

const isShorter = ({ tolerationSeconds: wide }: Toleration, { tolerationSeconds: narrow }: Toleration): boolean =>
  wide !== undefined && (narrow === undefined || narrow > wide)
