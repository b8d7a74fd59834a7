import type { Action } from './action.ts'
import type { Observed } from './observed.ts'

/** One dead container a name is kept, for `kubectl logs --previous`; older ones go. */
export const garbage = (observed: Observed): readonly Action[] => {
  const kept = new Set<string>()
  return observed.containers.flatMap((container): readonly Action[] => {
    if (container.state !== 'exited') return []
    if (!kept.has(container.name)) {
      kept.add(container.name)
      return []
    }
    const subject = `remove/${container.id}`
    if (observed.operations.has(subject) || observed.failures.has(subject)) return []
    return [{ tag: 'RemoveContainer', subject, containerId: container.id }]
  })
}
