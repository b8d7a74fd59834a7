import { longestWork, metrics, watchdog } from '@periplus/service'
import { guardedCluster } from '../../security/guarded-cluster.ts'

/** What the process that is attacked says of itself. */
export type Told =
  | {
      readonly tag: 'Ready'
      readonly url: string
      readonly ca: string
      readonly certificate: string
      readonly key: string
    }
  | {
      readonly tag: 'State'
      readonly heapBytes: number
      readonly errors: readonly string[]
    }
  /** The longest time that the event loop worked without a turn for others since this was asked. */
  | { readonly tag: 'Stall'; readonly seconds: number }

// An API server with its real doors in a process of its own, which is all that this program is.
const counted = metrics()
const cluster = await guardedCluster({ metrics: counted })
watchdog({ component: 'apiserver', metrics: counted })
const work = longestWork()
const tell = (told: Told): void => void process.send?.(told)
process.on('message', message => {
  if (message === 'end') {
    void cluster.stop().then(() => process.exit(0))
    return
  }
  if (message === 'stall') {
    return tell({ tag: 'Stall', seconds: work.take() / 1000 })
  }
  globalThis.gc?.()
  tell({ tag: 'State', heapBytes: process.memoryUsage().heapUsed, errors: cluster.errors })
})
process.on('disconnect', () => process.exit(1))
tell({ tag: 'Ready', url: cluster.url, ca: cluster.ca, ...cluster.adminIdentity })
