import type { Pod } from '@periplus/kinds'
import { planAppContainers } from './app-containers.ts'
import { planInitContainers } from './init-containers.ts'
import type { Observed } from './observed.ts'
import { planResize } from '../resize/plan-resize.ts'
import { begin, nothing, together } from './steps.ts'
import type { Steps } from './steps.ts'

/** Volumes, then the sandbox, then init containers in order, then app containers: each waits for the one before. */
export const planRun = (pod: Pod, observed: Observed, now: number): Steps => {
  const prepare = begin(observed, now, { tag: 'PrepareVolumes', subject: 'volumes' })
  if (!observed.volumesReady) return prepare
  return together(observed.volumesStale ? prepare : nothing, planContainers(pod, observed, now))
}

const planContainers = (pod: Pod, observed: Observed, now: number): Steps => {
  const [newest] = observed.sandboxes
  const sandbox = newest?.ready ? newest : undefined
  if (!sandbox) return runSandbox(observed, now)
  if (observed.operations.has('pod')) return nothing
  const init = planInitContainers(pod, observed, sandbox, now)
  return together(
    init.steps,
    init.done ? planAppContainers(pod, observed, sandbox, now) : nothing,
    planResize(pod, observed, now),
  )
}

const runSandbox = (observed: Observed, now: number): Steps =>
  begin(observed, now, {
    tag: 'RunSandbox',
    subject: 'pod',
    attempt: Math.max(-1, ...observed.sandboxes.map(sandbox => sandbox.pod.attempt)) + 1,
    replaces: observed.sandboxes.map(sandbox => sandbox.id),
  })
