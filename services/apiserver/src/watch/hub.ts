import type { LiveCut } from '@periplus/projection'
import { sharedChange } from './shared-change.ts'
import type { SharedChange } from './shared-change.ts'

type Listener = (changes: readonly SharedChange[]) => void

/** One subscription to the cut, fanned out by resource: a watcher is woken only for what it may be watching. */
export interface WatchHub {
  /** Called synchronously after every applied batch that touched the resource; must not throw. Returns how to stop. */
  listen(group: string, resource: string, listener: Listener): () => void
  /** How many listen now. */
  watchers(): number
  close(): void
}

export const watchHub = (cut: LiveCut): WatchHub => {
  const listeners = new Map<string, Set<Listener>>()
  const stop = cut.subscribe(changes => {
    if (listeners.size === 0) return
    const touched = new Map<string, SharedChange[]>()
    for (const change of changes) {
      const key = `${change.event.ref.group}/${change.event.ref.resource}`
      if (!listeners.has(key)) continue
      const batch = touched.get(key)
      if (batch) batch.push(sharedChange(change))
      else touched.set(key, [sharedChange(change)])
    }
    for (const [key, batch] of touched) for (const listener of [...(listeners.get(key) ?? [])]) listener(batch)
  })
  return {
    listen: (group, resource, listener) => {
      const key = `${group}/${resource}`
      const set = listeners.get(key) ?? new Set<Listener>()
      listeners.set(key, set.add(listener))
      return () => {
        set.delete(listener)
        if (set.size === 0 && listeners.get(key) === set) listeners.delete(key)
      }
    },
    watchers: () => [...listeners.values()].reduce((sum, set) => sum + set.size, 0),
    close: stop,
  }
}
