import type { KubernetesObject, ObjectRef, Stored } from '@periplus/api'
import type { Sequence } from '@periplus/log'
import type { Entry, LiveCut } from '@periplus/projection'
import type { PolicyState } from '../ports.ts'
import { entriesAt } from './entries-at.ts'

const keyOf = ({ group, resource, namespace, name }: ObjectRef): string => `${group}/${resource}/${namespace}/${name}`

/**
 * What decides about rights as it was at `version`: the present with the changes since taken back. `undefined` where the process's
 * memory of changes does not reach back that far. To be used at once: it follows the cut.
 */
export const stateAt = (cut: LiveCut, version: Sequence): PolicyState | undefined => {
  const changes = cut.recent(version)
  if (!changes) return undefined
  const then = new Map<string, Entry | undefined>()
  for (const { event, before } of changes) {
    const key = keyOf(event.ref)
    if (!then.has(key)) then.set(key, before)
  }
  const entries: PolicyState['entries'] = (group, resource, namespace) =>
    entriesAt(cut, version, group, resource, namespace) ?? []
  return {
    entries,
    entry: ref => (then.has(keyOf(ref)) ? then.get(keyOf(ref)) : cut.entry(ref)),
    onNode: <A extends KubernetesObject>(kind: { group: string; resource: string }, nodeName: string) =>
      entries(kind.group, kind.resource)
        .map(entry => entry.object() as Stored<A>)
        .filter(object => (object as { spec?: { nodeName?: string } }).spec?.nodeName === nodeName),
  }
}
