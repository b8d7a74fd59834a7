import type { Action } from './action.ts'
import type { Observed } from './observed.ts'

/**
 * What nobody needs any more. One dead container a name is kept, for `kubectl logs --previous`; older ones go, and so does a
 * sandbox that was replaced and holds nothing.
 */
export const garbage = (observed: Observed): readonly Action[] => {
  const kept = new Set<string>()
  const untouched = ({ subject }: Action): boolean =>
    !observed.operations.has(subject) && !observed.failures.has(subject)
  const containers = observed.containers.flatMap((container): readonly Action[] => {
    if (container.state !== 'exited') return []
    if (kept.has(container.name))
      return [{ tag: 'RemoveContainer', subject: `remove/${container.id}`, containerId: container.id }]
    kept.add(container.name)
    return []
  })
  const sandboxes = observed.sandboxes
    .slice(1)
    .filter(({ id, ready }) => !ready && !observed.containers.some(({ sandboxId }) => sandboxId === id))
    .map(({ id }): Action => ({ tag: 'RemoveSandbox', subject: `remove/${id}`, sandboxId: id }))
  return [...containers, ...sandboxes].filter(untouched)
}
