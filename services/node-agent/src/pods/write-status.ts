import { Pod } from '@periplus/kinds'
import type { PodStatus } from '@periplus/kinds'
import type { Origin } from '@periplus/log'
import { E } from '@periplus/prelude'
import type { NodeContext } from './context.ts'

/** Until the log, or who wrote in between, may have an answer. */
export const patientMilliseconds = 1000
/** Until what was refused is tried again: a mistake of ours, or of an operator. */
export const hopelessMilliseconds = 10_000

/**
 * Tells the API a pod's status, on the version that it was computed from. Resolves when this process's cut shows what came of
 * it; to milliseconds where it is to be tried again later.
 */
export const writeStatus = async (
  node: NodeContext,
  pod: Pod,
  status: PodStatus,
  origin: Origin,
): Promise<number | undefined> => {
  const object: Pod = { ...pod, status }
  const result = await node.commands.execute({ verb: 'update', kind: Pod, object, subresource: 'status' }, origin)
  if (E.isRight(result)) return untilSeen(node, result.right.sequence)
  switch (result.left.tag) {
    case 'NotFound':
    case 'ServiceUnavailable':
    case 'TooManyRequests':
    case 'Timeout':
      return patientMilliseconds
    case 'Conflict':
      // Somebody else's write came first; the cut will show it.
      return node.cut.get(Pod, pod.metadata?.namespace ?? '', pod.metadata?.name ?? '')?.metadata.resourceVersion ===
        pod.metadata?.resourceVersion
        ? patientMilliseconds
        : undefined
    default:
      node.log.error('a pod status was refused', {
        pod: `${pod.metadata?.namespace}/${pod.metadata?.name}`,
        refusal: JSON.stringify(result.left),
      })
      return hopelessMilliseconds
  }
}

/** Resolves when this process's cut shows the event; to milliseconds where the agent stops before. */
export const untilSeen = async (node: NodeContext, sequence: number): Promise<number | undefined> => {
  try {
    await node.cut.reached(sequence, node.signal)
    return undefined
  } catch {
    // The agent is stopping.
    return patientMilliseconds
  }
}
