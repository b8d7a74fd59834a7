import type { Action } from './action.ts'
import type { Observed } from './observed.ts'

/**
 * What nobody needs any more. One dead container a name is kept, for `kubectl logs --previous`; older ones go, so do those that
 * were made and never started once there is a newer one, and a sandbox that was replaced and holds nothing. An evicted pod keeps
 * none, nor does one that has ended while the disk is full: what its containers have written is what the node is short of.
 */
export const garbage = (observed: Observed): readonly Action[] => {
  const kept = new Set<string>()
  const unkept = observed.tornDown && (observed.unkept || observed.eviction !== undefined)
  const untouched = ({ subject }: Action): boolean =>
    !observed.operations.has(subject) && !observed.failures.has(subject)
  const newestOf = new Map([...observed.containers].reverse().map(container => [container.name, container]))
  const containers = observed.containers.flatMap((container): readonly Action[] => {
    const { id, name, state } = container
    const surplus =
      state === 'exited' ? unkept || kept.has(name) : state === 'created' && newestOf.get(name) !== container
    if (state === 'exited') kept.add(name)
    return surplus ? [{ tag: 'RemoveContainer', subject: `remove/${id}`, containerId: id }] : []
  })
  const sandboxes = observed.sandboxes
    .slice(1)
    .filter(({ id, ready }) => !ready && !observed.containers.some(({ sandboxId }) => sandboxId === id))
    .map(({ id }): Action => ({ tag: 'RemoveSandbox', subject: `remove/${id}`, sandboxId: id }))
  return [...containers, ...sandboxes].filter(untouched)
}
