import { inVersion } from '@periplus/api'
import type { KubernetesObject, ObjectRef } from '@periplus/api'
import type { Sequence } from '@periplus/log'
import { isFoundBy } from '@periplus/projection'
import type { Entry, Index, LiveCut } from '@periplus/projection'
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
    by: <A extends KubernetesObject>(index: Index<A>, key: string) =>
      entries(index.kind.group, index.kind.resource)
        .filter(entry => isFoundBy(index, key, entry))
        .map(entry => inVersion(index.kind, entry.object())),
  }
}

const rules = ['clusterroles', 'clusterrolebindings', 'roles', 'rolebindings']

/**
 * Of a state that goes on, one value for as long as its rules are the same: authorizers remember what they gathered by the state, which
 * must neither be that of before nor be gathered for every event.
 */
export const statesByRules = (): ((state: PolicyState) => PolicyState) => {
  let known: PolicyState | undefined
  let lists: readonly unknown[] = []
  return state => {
    const now = rules.map(resource => state.entries('rbac.authorization.k8s.io', resource))
    if (known && now.every((list, at) => list === lists[at])) return known
    lists = now
    known = {
      entry: ref => state.entry(ref),
      entries: (group, resource, namespace) => state.entries(group, resource, namespace),
      by: (index, key) => state.by(index, key),
    }
    return known
  }
}

/** Without any rule: whom it lets, no rule has to allow. */
export const noState: PolicyState = { entry: () => undefined, entries: () => [], by: () => [] }
