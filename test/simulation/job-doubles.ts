import type { KubernetesObject } from '@periplus/api'
import type { DecisionRecord, Simulation } from '@periplus/controller'
import { Job, Pod, isPodActive } from '@periplus/kinds'
import { byOwner, mutableCut } from '@periplus/projection'
import type { Cut } from '@periplus/projection'

interface Made {
  readonly verb: string
  readonly kind: { readonly resource: string }
  readonly object?: KubernetesObject
}

const finalizer = 'batch.kubernetes.io/job-tracking'
const annotation = 'batch.kubernetes.io/job-completion-index'
const indexOf = ({ metadata }: KubernetesObject): string | undefined => metadata?.annotations?.[annotation]

/** The indexes of a text such as `0,3-5`. */
export const indexesIn = (text: string | undefined): ReadonlySet<string> =>
  new Set(
    (text ?? '')
      .split(',')
      .filter(part => part !== '')
      .flatMap(part => {
        const [first = 0, last = first] = part.split('-').map(Number)
        return Array.from({ length: last - first + 1 }, (_, i) => String(first + i))
      }),
  )

/** What a decision about a Job did wrong, on the cut that it was taken on; `undefined` where nothing. */
const complaintOf = (cut: Cut, { key, commands }: DecisionRecord): string | undefined => {
  const job = cut.get(Job, key.namespace, key.name)
  const made = (commands as readonly Made[]).flatMap(({ verb, kind, object }) =>
    verb === 'create' && kind.resource === Pod.resource && object ? [indexOf(object)] : [],
  )
  if (!job || made.every(index => index === undefined)) return undefined
  const pods = cut.by(byOwner(Pod), job.metadata.uid)
  const done = indexesIn(job.status?.completedIndexes)
  // One that the finalizer no longer holds was given up before it ended, as when the job was suspended, and does not count.
  const held = pods.filter(({ metadata }) => metadata.finalizers?.includes(finalizer))
  const ended = new Set(held.filter(({ status }) => status?.phase === 'Succeeded').map(indexOf))
  const active = new Set(pods.filter(isPodActive).map(indexOf))
  const wrong = made.find(
    (index, i) => made.indexOf(index) !== i || active.has(index) || ended.has(index) || done.has(index ?? ''),
  )
  return wrong && `makes another pod of index ${wrong}`
}

/** Decisions that began an index again that had a pod or was done, as they saw the cluster. */
export const doubles = ({ log, decisions }: Simulation): readonly string[] => {
  const cut = mutableCut({ recentLimit: 0 })
  const events = log.slice(1)
  let applied = 0
  return [...decisions]
    .filter(({ controller }) => controller === 'job')
    .sort((a, b) => a.cut - b.cut)
    .flatMap(record => {
      const begun = applied
      while ((events[applied]?.sequence ?? Infinity) <= record.cut) applied++
      cut.apply(events.slice(begun, applied))
      const complaint = complaintOf(cut, record)
      return complaint === undefined ? [] : [`decision ${record.id} ${complaint} (${record.why})`]
    })
}
