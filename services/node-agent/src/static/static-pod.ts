import { Node, Pod } from '@periplus/kinds'
import { E } from '@periplus/prelude'
import type { Origin } from '@periplus/log'
import type { NodeContext } from '../pods/context.ts'
import type { PodRecord } from '../pods/pod-record.ts'
import { removeObject } from '../pods/remove-object.ts'
import { hopelessMilliseconds, patientMilliseconds, untilSeen, writeStatus } from '../pods/write-status.ts'
import { samePodStatus } from '../status/same-status.ts'
import type { StaticPods } from './manifest-folder.ts'
import { mirrorOf, mirrors } from './mirror.ts'

/** Of a pod that the node runs of its own accord: wanted in a file, and shown by a mirror that is made anew where it is missing. */
export const staticPod = (node: NodeContext, wanted: StaticPods, pod: Pod): PodRecord => {
  const { name = '', namespace = '', uid } = pod.metadata ?? {}
  let status = mirrorIn(node, namespace, name)?.status
  const mirror = (): Pod | undefined => {
    const found = mirrorIn(node, namespace, name)
    return mirrors(found, pod) ? found : undefined
  }
  const make = async (origin: Origin): Promise<number | undefined> => {
    const host = node.cut.get(Node, '', node.settings.nodeName)
    if (!host) return patientMilliseconds
    const object = mirrorOf(pod, host)
    const made = await node.commands.execute({ verb: 'create', kind: Pod, object }, origin)
    if (E.isRight(made)) return untilSeen(node, made.right.sequence)
    if (made.left.tag === 'AlreadyExists' || made.left.tag === 'ServiceUnavailable') return patientMilliseconds
    node.log.error('a static pod cannot be shown', { pod: `${namespace}/${name}`, refusal: made.left.tag })
    return hopelessMilliseconds
  }
  return {
    read: () =>
      wanted.pods.some(other => other.metadata?.uid === uid) ? { ...pod, ...(status && { status }) } : undefined,
    shows: next => mirror() !== undefined && samePodStatus(mirror()?.status, next),
    write: async (_, next, origin) => {
      status = next
      const shown = mirror()
      if (shown) return writeStatus(node, shown, next, origin)
      const stale = mirrorIn(node, namespace, name)
      return stale ? removeMirror(node, stale, origin) : make(origin)
    },
  }
}

const mirrorIn = (node: NodeContext, namespace: string, name: string): Pod | undefined =>
  node.cut.get(Pod, namespace, name)

/** Takes away what shows no pod of this node any more. Resolves as `PodRecord.write` does. */
export const removeMirror = async (node: NodeContext, mirror: Pod, origin: Origin): Promise<number | undefined> => {
  const removed = await removeObject(node, mirror, origin)
  return E.isRight(removed) ? untilSeen(node, removed.right.sequence) : patientMilliseconds
}
