import { E } from '@periplus/prelude'
import { deepEqual } from '@periplus/api'
import { Pod } from '@periplus/kinds'
import type { EventLog, RecordedEvent } from '@periplus/log'
import { runKey } from '@periplus/log-stream'
import type { ContainerRun } from '@periplus/log-stream'
import type { LogSource } from '@periplus/logs'
import type { Cut } from '@periplus/projection'

/** What is known of the containers that lines come from. */
export interface PodSources {
  /** Labels are the pod's as it is now, or as it was last; absent where neither the cut nor the log knows the pod. */
  of(run: ContainerRun): Promise<LogSource>
}

const mostKept = 10_000
/** How many events of an object are looked through for an earlier pod of the same name. */
const mostSteps = 200

type Labels = Readonly<Record<string, string>>

interface Labelled {
  readonly metadata?: { readonly labels?: Labels }
}

const labelsOf = (pod: Labelled): Labels => pod.metadata?.labels ?? {}

/** The labels that a pod that is gone had last: its tombstone has its last state. */
const labelsInLog = async (log: EventLog, { namespace, pod, podUid }: ContainerRun): Promise<Labels | undefined> => {
  const found = await log.last({ group: '', resource: 'pods', namespace, name: pod })
  let event: RecordedEvent | undefined = E.isRight(found) ? found.right : undefined
  for (let step = 0; event !== undefined && step < mostSteps; step++) {
    if (event.uid === podUid) return labelsOf(JSON.parse(Buffer.from(event.body).toString()) as Labelled)
    if (event.previous === 0) return undefined
    const before = await log.get(event.previous)
    event = E.isRight(before) ? before.right : undefined
  }
  return undefined
}

export const podSources = ({ cut, log }: { readonly cut: Cut; readonly log: EventLog }): PodSources => {
  const kept = new Map<string, LogSource>()
  const keep = (key: string, source: LogSource): LogSource => {
    kept.delete(key)
    kept.set(key, source)
    const [oldest] = kept.keys()
    if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest)
    return source
  }
  const made = ({ namespace, pod, podUid, container, node, restart }: ContainerRun, labels: Labels | undefined) => ({
    ...{ namespace, pod, podUid, container, node, restart },
    ...(labels === undefined ? {} : { labels }),
  })
  return {
    of: async run => {
      const key = runKey(run)
      const known = kept.get(key)
      const pod = cut.get(Pod, run.namespace, run.pod)
      if (pod?.metadata.uid !== run.podUid) return known ?? keep(key, made(run, await labelsInLog(log, run)))
      const labels = labelsOf(pod)
      return known !== undefined && deepEqual(known.labels, labels) ? known : keep(key, made(run, labels))
    },
  }
}
