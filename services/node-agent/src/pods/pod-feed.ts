import type { Pod } from '@periplus/kinds'
import type { Change, Entry, LiveCut } from '@periplus/projection'

/** What a node hears of the log: its pods, and what pods are made from. */
export interface FeedListener {
  pod(change: Change): void
  /** A ConfigMap, Secret or claim. */
  source(change: Change): void
}

/** Hands each change of one cut to the node that it concerns, so that a hundred nodes in a process read it once. */
export interface PodFeed {
  /** One listener a node. Returns how to stop. */
  listen(nodeName: string, listener: FeedListener): () => void
}

/** What pods are made from. */
const sources: ReadonlySet<string> = new Set(['configmaps', 'secrets', 'persistentvolumeclaims'])

export const podFeed = (cut: LiveCut): PodFeed => {
  const nodes = new Map<string, FeedListener>()
  let stop: (() => void) | undefined
  const hear = (changes: readonly Change[]): void => {
    for (const change of changes) {
      const { group, resource } = change.event.ref
      if (group !== '') continue
      if (resource === 'pods') nodes.get(nodeOf(change.after ?? change.before) ?? '')?.pod(change)
      else if (sources.has(resource)) for (const node of nodes.values()) node.source(change)
    }
  }
  return {
    listen: (nodeName, listener) => {
      nodes.set(nodeName, listener)
      stop ??= cut.subscribe(hear)
      return () => {
        if (nodes.get(nodeName) === listener) nodes.delete(nodeName)
        if (nodes.size > 0) return
        stop?.()
        stop = undefined
      }
    },
  }
}

const nodeOf = (entry: Entry | undefined): string | undefined => (entry?.object() as Pod | undefined)?.spec?.nodeName
