import { byRef } from '@periplus/projection'
import type { Change, Entry, LiveCut } from '@periplus/projection'
import type { Sequence } from '@periplus/log'

const keyOf = (entry: Pick<Entry, 'ref'>): string => `${entry.ref.namespace}/${entry.ref.name}`

/**
 * A collection as it was at `version`: the present one with the changes since taken back. `undefined` when the process's
 * memory of changes does not reach back that far.
 */
export const entriesAt = (
  cut: LiveCut,
  version: Sequence,
  group: string,
  resource: string,
  namespace: string | undefined,
): readonly Entry[] | undefined => {
  const present = cut.entries(group, resource, namespace)
  if (version >= cut.sequence) return present
  const changes = cut.recent(version)
  if (!changes) return undefined
  const then = new Map<string, Change['before']>()
  for (const { event, before: old } of changes) {
    const { ref } = event
    if (ref.group !== group || ref.resource !== resource) continue
    if (namespace !== undefined && ref.namespace !== namespace) continue
    const key = keyOf({ ref })
    // The first change after the version is the one whose `before` stood at it.
    if (!then.has(key)) then.set(key, old)
  }
  if (then.size === 0) return present
  const kept = present.filter(entry => !then.has(keyOf(entry)))
  const restored = [...then.values()].filter(entry => entry !== undefined)
  return [...kept, ...restored].sort(byRef)
}
