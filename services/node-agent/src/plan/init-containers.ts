import type { SandboxState } from '@periplus/runtime'
import type { Pod } from '@periplus/kinds'
import { hasStarted, initContainersOf, isInitialised, isSidecar, newestIn } from './containers.ts'
import type { Observed } from './observed.ts'
import { planContainer } from './one-container.ts'
import { nothing, together } from './steps.ts'
import type { Steps } from './steps.ts'

/** Init containers one after the other; a sidecar lets the next begin once it has started, and is kept running after that. */
export const planInitContainers = (
  pod: Pod,
  observed: Observed,
  sandbox: SandboxState,
  now: number,
): { readonly done: boolean; readonly steps: Steps } => {
  const initialised = isInitialised(pod, observed, sandbox)
  const containers = initContainersOf(pod)
  let steps = nothing
  for (const [index, container] of containers.entries()) {
    const current = newestIn(observed, sandbox, container.name)
    if (isSidecar(container)) {
      steps = together(steps, planContainer(pod, observed, sandbox, container, 'sidecar', now))
      const laterBegan = containers.slice(index + 1).some(({ name }) => newestIn(observed, sandbox, name))
      if (!initialised && !laterBegan && !hasStarted(observed, current)) return { done: false, steps }
    } else if (!initialised && !(current?.state === 'exited' && current.exitCode === 0)) {
      return { done: false, steps: together(steps, planContainer(pod, observed, sandbox, container, 'init', now)) }
    }
  }
  return { done: true, steps }
}
