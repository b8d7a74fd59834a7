import { Pod } from '@periplus/kinds'
import type { PodStatus } from '@periplus/kinds'
import type { Origin } from '@periplus/log'
import { samePodStatus } from '../status/same-status.ts'
import type { NodeContext } from './context.ts'
import { writeStatus } from './write-status.ts'

/** Where a pod of this node is wanted, and where people see what became of it. */
export interface PodRecord {
  /** As it is wanted now, with the status that is shown; `undefined`: not at all any more. */
  read(): Pod | undefined
  /** Whether people see this status already. */
  shows(status: PodStatus): boolean
  /** Shows the status that was made of `pod`. Resolves when the cut has it; to milliseconds where it is to be tried again later. */
  write(pod: Pod, status: PodStatus, origin: Origin): Promise<number | undefined>
}

/** Of a pod that was bound to the node: the API's object is both. */
export const boundPod = (node: NodeContext, { metadata }: Pod): PodRecord => {
  const { name = '', namespace = '', uid } = metadata ?? {}
  const read = (): Pod | undefined => {
    const seen = node.cut.get(Pod, namespace, name)
    return seen?.metadata.uid === uid ? seen : undefined
  }
  return {
    read,
    shows: status => samePodStatus(read()?.status, status),
    write: (pod, status, origin) => writeStatus(node, pod, status, origin),
  }
}
