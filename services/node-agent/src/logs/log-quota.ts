import { parseQuantity, wholeValue } from '@periplus/api'
import { multilineRules } from '@periplus/log-stream'
import type { MultilineRule } from '@periplus/log-stream'
import { E } from '@periplus/prelude'

/**
 * What becomes of lines that a pod writes beyond its quota. `Block`: they wait in the node's files, and are lost when those are rotated
 * away. `DropOldest`: so, but of what waits for more than ten seconds the oldest goes. `Sample`: what there is room for is sent.
 */
export type OverQuota = 'Block' | 'DropOldest' | 'Sample'

const policies: readonly OverQuota[] = ['Block', 'DropOldest', 'Sample']

/** How much of a pod's lines goes into the stream. Nothing holds up the pod itself. */
export interface LogQuota {
  readonly bytesPerSecond: number
  readonly overQuota: OverQuota
}

const quotaAnnotation = 'logs.periplus.io/bytes-per-second'
const policyAnnotation = 'logs.periplus.io/over-quota'
const multilineAnnotation = 'logs.periplus.io/multiline'

type Annotations = Readonly<Record<string, string>> | undefined

/** The namespace's word for each of its pods, which a pod may tighten and not widen. What cannot be read is not there. */
export const quotaOf = (namespace: Annotations, pod: Annotations): LogQuota | undefined => {
  const rates = [namespace, pod].flatMap(annotations => rateOf(annotations?.[quotaAnnotation]))
  if (rates.length === 0) return undefined
  const wanted = pod?.[policyAnnotation] ?? namespace?.[policyAnnotation]
  return { bytesPerSecond: Math.min(...rates), overQuota: policies.find(policy => policy === wanted) ?? 'Block' }
}

const rateOf = (text: string | undefined): readonly number[] => {
  if (text === undefined) return []
  const rate = parseQuantity(text)
  const bytes = E.isRight(rate) ? Number(wholeValue(rate.right)) : 0
  return bytes > 0 ? [bytes] : []
}

/** Which rule a pod wants its stack traces joined by. */
export const multilineOf = (pod: Annotations): MultilineRule | undefined =>
  multilineRules.find(rule => rule === pod?.[multilineAnnotation])
