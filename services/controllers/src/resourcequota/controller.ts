import { deepEqual } from '@periplus/api'
import type { KubernetesObject } from '@periplus/api'
import { keyOf } from '@periplus/controller'
import type { Controller, Decision, Key, Moment, Watch } from '@periplus/controller'
import { ResourceQuota } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import { changesUse, nextUncounted, usedOf } from './used.ts'

const name = 'resourcequota'

const decide = (cut: Cut, key: Key, { now }: Moment): Decision => {
  const quota = cut.get(ResourceQuota, key.namespace, key.name)
  if (!quota) return { commands: [], why: 'it is gone' }
  const status = { hard: quota.spec?.hard ?? {}, used: usedOf(cut, quota, now) }
  const told = { hard: quota.status?.hard ?? {}, used: quota.status?.used ?? {} }
  const requeueAfter = nextUncounted(cut, quota, now)
  const counted: KubernetesObject = Object.assign({}, quota, { status })
  return {
    // A whole status, with the version that was read: names that are limited no more must go from it.
    commands: deepEqual(told, status)
      ? []
      : [{ verb: 'update', kind: ResourceQuota, subresource: 'status', object: counted }],
    ...(requeueAfter === undefined ? {} : { requeueAfter }),
    why: `${Object.keys(status.used).length} of ${Object.keys(status.hard).length} limited resources are counted`,
  }
}

/** Objects of every kind that come, change or go wake the quotas of their namespace of which they take more or less than before. */
const taking: Watch = {
  every: true,
  // What it was and is, is read where there is a quota to ask: most namespaces have none.
  keys: (seen, cut) => {
    const { ref } = seen.change.event
    return cut
      .list(ResourceQuota, ref.namespace)
      .filter(quota => changesUse(quota, ref, seen.before, seen.after))
      .map(keyOf)
  },
}

/** Tells in each quota's status how much of it is used. What goes beyond it is refused by admission, which counts for itself. */
export const resourceQuotaController: Controller = {
  name,
  version: 1,
  primary: ResourceQuota,
  // Its own word is no news.
  wakesItself: ({ change }) => change.event.origin.actor !== `controller:${name}`,
  watches: [taking],
  decide,
}
