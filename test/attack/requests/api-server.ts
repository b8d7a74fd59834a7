import type { Identity } from '@periplus/apiserver'
import {
  customResourceDefinitionController,
  garbageCollector,
  ipAddressController,
  namespaceController,
  serviceAccountController,
  serviceCidrController,
} from '@periplus/controllers'
import { join } from 'node:path'
import { writeHeapSnapshot } from 'node:v8'
import { kindsAt } from '@periplus/custom'
import { memoryEventLog } from '@periplus/log'
import { longestWork, metrics, watchdog } from '@periplus/service'
import { guardedCluster } from '../../security/guarded-cluster.ts'
import { noting } from './written.ts'
import type { Written } from './written.ts'

/** What the process that is attacked says of itself. */
export type Told =
  | {
      readonly tag: 'Ready'
      readonly url: string
      readonly ca: string
      /** Of those whom nothing is granted, since they may do everything. */
      readonly admin: Identity
      /** Has what is granted to the user bob. */
      readonly bob: Identity
    }
  | {
      readonly tag: 'State'
      /** After a collection, and without the history, which this server alone holds in its memory: the log is forgotten before. */
      readonly heapBytes: number
      readonly events: number
      /** Milliseconds of CPU since its start. */
      readonly cpu: number
      readonly errors: readonly string[]
    }
  /** The longest time that the event loop worked without a turn for others since this was asked. */
  | { readonly tag: 'Stall'; readonly seconds: number }
  /** A snapshot of the heap, after a collection. */
  | { readonly tag: 'Heap'; readonly path: string }
  /** What was written since this was asked last. */
  | { readonly tag: 'Written'; readonly events: readonly Written[] }

export type Asked = 'state' | 'stall' | 'written' | 'heap' | 'end'

/** Where snapshots are written; to write one, the loop stands still for as long as it takes. */
const heaps = process.env['HEAP']

// An API server with its real doors, and the controllers that everybody's requests lead to, in a process of its own.
const counted = metrics()
const { log, take } = noting(memoryEventLog())
const cluster = await guardedCluster({
  log,
  // What was written last is kept for watches: so little is full before the heap is weighed for the first time, and grows no more.
  recentLimit: 256,
  metrics: counted,
  controllers: [
    namespaceController(kindsAt),
    garbageCollector(kindsAt),
    customResourceDefinitionController,
    serviceAccountController,
    serviceCidrController,
    ipAddressController,
  ],
})
watchdog({
  ...{ component: 'apiserver', metrics: counted },
  ...(heaps === undefined ? {} : { endAfterMilliseconds: Infinity }),
})
const work = longestWork(5)
const tell = (told: Told): void => void process.send?.(told)
process.on('message', (asked: Asked) => {
  if (asked === 'end') {
    void cluster.stop().then(() => process.exit(0))
    return
  }
  if (asked === 'stall') return tell({ tag: 'Stall', seconds: work.take() / 1000 })
  if (asked === 'written') {
    tell({ tag: 'Written', events: take() })
    // To tell it is no work of the server's.
    work.take()
    return
  }
  const events = cluster.sequence()
  log.forget(events)
  globalThis.gc?.()
  if (asked === 'heap') {
    tell({ tag: 'Heap', path: writeHeapSnapshot(join(heaps ?? '', `${process.pid}-${events}.heapsnapshot`)) })
    work.take()
    return
  }
  const { user, system } = process.cpuUsage()
  const cpu = (user + system) / 1000
  tell({ tag: 'State', cpu, heapBytes: process.memoryUsage().heapUsed, events, errors: cluster.errors })
})
process.on('disconnect', () => process.exit(1))
const bob = await cluster.identity('bob')
tell({ tag: 'Ready', url: cluster.url, ca: cluster.ca, admin: cluster.adminIdentity, bob })
