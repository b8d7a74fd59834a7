import { normal, warning } from '@periplus/controller'
import type { Stored } from '@periplus/api'
import { isPodReady } from '@periplus/kinds'
import type { Pod } from '@periplus/kinds'
import { bornAt, isAvailable, isUpToDate, noChanges, together } from './daemons.ts'
import type { Changes, Daemons } from './daemons.ts'
import { surgeOf } from './limits.ts'
import { failuresAnnotation } from './new-pod.ts'

const isLeaving = ({ metadata }: Stored<Pod>): boolean => metadata.deletionTimestamp !== undefined

/** One pod on each node that should have one, none elsewhere; two on a node only while one replaces the other. */
export const manageDaemons = (daemons: Daemons): Changes =>
  together([
    ...daemons.nodes.map(({ metadata }) => onNode(daemons, metadata.name)),
    { ...noChanges, remove: lost(daemons) },
  ])

/** Pods for nodes that are gone, which nobody will ever schedule; the others there are the pod garbage collector's. */
const lost = ({ nodes, pods }: Daemons): readonly Stored<Pod>[] => {
  const names = new Set(nodes.map(({ metadata }) => metadata.name))
  return [...pods].flatMap(([name, there]) =>
    names.has(name) ? [] : there.filter(pod => !pod.spec?.nodeName && !isLeaving(pod)),
  )
}

const onNode = (daemons: Daemons, node: string): Changes => {
  const { runs, stays } = daemons.verdict(node)
  const there = daemons.pods.get(node)
  if (!there) return runs ? { ...noChanges, make: [{ node, failures: 0 }] } : noChanges
  if (!stays) return { ...noChanges, remove: there.filter(pod => !isLeaving(pod)) }
  const ended = endedOn(daemons, node, there, runs)
  const running = there.filter(pod => !isLeaving(pod) && !hasEnded(pod))
  return together([ended, surplusOn(daemons, node, running, runs && ended.make.length === 0)])
}

const hasEnded = ({ status }: Stored<Pod>): boolean => status?.phase === 'Failed' || status?.phase === 'Succeeded'

/** Up to 15 minutes, doubling from a second with each pod that failed there before. */
const backOff = (failures: number): number => (failures === 0 ? 0 : Math.min(1000 * 2 ** (failures - 1), 900_000))

/** A pod that lived for twice the longest wait begins anew, and so does one of another revision. */
const failuresBefore = (pod: Stored<Pod>, { hash, moment }: Daemons): number => {
  if (!isUpToDate(pod, hash) || moment.now - bornAt(pod) > 1_800_000) return 0
  const text = pod.metadata.annotations?.[failuresAnnotation] ?? ''
  return /^[0-9]{1,3}$/.test(text) ? Number(text) : 0
}

/**
 * Pods that ended are removed. Where one failed and nothing else is there, its successor is made in the same decision, because it is
 * told of the failures before it.
 */
const endedOn = (daemons: Daemons, node: string, there: readonly Stored<Pod>[], runs: boolean): Changes => {
  const { set, moment } = daemons
  let changes = noChanges
  let failures = 0
  for (const pod of there.filter(one => !isLeaving(one) && hasEnded(one))) {
    const name = `${pod.metadata.namespace ?? ''}/${pod.metadata.name} on node ${node}`
    if (pod.status?.phase === 'Succeeded') {
      const message = `Found succeeded daemon pod ${name}, will try to delete it`
      const drafts = [normal(set, 'SucceededDaemonPod', message)]
      changes = together([changes, { ...noChanges, remove: [pod], drafts }])
      continue
    }
    const before = failuresBefore(pod, daemons)
    const wait = bornAt(pod) + backOff(before) - moment.now
    if (wait > 0) {
      changes = together([changes, { ...noChanges, waits: [wait] }])
      continue
    }
    failures = Math.max(failures, before + 1)
    const drafts = [warning(set, 'FailedDaemonPod', `Found failed daemon pod ${name}, will try to kill it`)]
    changes = together([changes, { ...noChanges, remove: [pod], drafts }])
  }
  const alone = runs && failures > 0 && changes.remove.length === there.length
  return alone ? { ...changes, make: [{ node, failures: Math.min(failures, 100) }] } : changes
}

const surplusOn = (daemons: Daemons, node: string, running: readonly Stored<Pod>[], runs: boolean): Changes => {
  const { set, hash } = daemons
  // Of those that come to the same, one that serves: Kubernetes keeps the oldest, whose time of creation may be the others', too.
  const kept = (pods: readonly Stored<Pod>[]): Stored<Pod> | undefined =>
    pods.find(pod => isAvailable(daemons, pod)) ?? pods[0]
  if (surgeOf(set, 1) === 0) return { ...noChanges, remove: running.filter(pod => pod !== kept(running)) }
  if (running.length === 0) return runs ? { ...noChanges, make: [{ node, failures: 0 }] } : noChanges
  if (running.length === 1) return noChanges
  const young = kept(running.filter(pod => isUpToDate(pod, hash)))
  const old = kept(running.filter(pod => !isUpToDate(pod, hash)))
  const others = running.filter(pod => pod !== young && pod !== old)
  const replaced = young && old && (!isPodReady(old) || isAvailable(daemons, young))
  return { ...noChanges, remove: [...others, ...(replaced ? [old] : [])] }
}
