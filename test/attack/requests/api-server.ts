import type { Identity } from '@periplus/apiserver'
import {
  customResourceDefinitionController,
  garbageCollector,
  ipAddressController,
  namespaceController,
  serviceAccountController,
  serviceCidrController,
} from '@periplus/controllers'
import { kindsAt } from '@periplus/custom'
import { longestWork, metrics, watchdog } from '@periplus/service'
import { guardedCluster } from '../../security/guarded-cluster.ts'

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
      /** After a collection. */
      readonly heapBytes: number
      readonly events: number
      /** Milliseconds of CPU since its start. */
      readonly cpu: number
      readonly errors: readonly string[]
    }
  /** The longest time that the event loop worked without a turn for others since this was asked. */
  | { readonly tag: 'Stall'; readonly seconds: number }

/** `forget`: the log, which this server alone holds in its memory, goes before the heap is measured. */
export type Asked = 'state' | 'forget' | 'stall' | 'end'

// An API server with its real doors, and the controllers that everybody's requests lead to, in a process of its own.
const counted = metrics()
const cluster = await guardedCluster({
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
watchdog({ component: 'apiserver', metrics: counted })
const work = longestWork(5)
const tell = (told: Told): void => void process.send?.(told)
process.on('message', (asked: Asked) => {
  if (asked === 'end') {
    void cluster.stop().then(() => process.exit(0))
    return
  }
  if (asked === 'stall') return tell({ tag: 'Stall', seconds: work.take() / 1000 })
  const events = cluster.sequence()
  if (asked === 'forget') cluster.log.forget(events)
  globalThis.gc?.()
  const { user, system } = process.cpuUsage()
  const cpu = (user + system) / 1000
  tell({ tag: 'State', cpu, heapBytes: process.memoryUsage().heapUsed, events, errors: cluster.errors })
})
process.on('disconnect', () => process.exit(1))
const bob = await cluster.identity('bob')
tell({ tag: 'Ready', url: cluster.url, ca: cluster.ca, admin: cluster.adminIdentity, bob })
