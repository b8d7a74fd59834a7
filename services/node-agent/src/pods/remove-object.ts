import { Pod } from '@periplus/kinds'
import type { Origin } from '@periplus/log'
import type { Commands } from '@periplus/commands'
import type { NodeContext } from './context.ts'

/** Removes the API's object of a pod: grace 0 and the uid, so that only this very one goes, now. */
export const removeObject = (node: NodeContext, pod: Pod, origin: Origin): ReturnType<Commands['execute']> => {
  const { name = '', namespace = '', uid } = pod.metadata ?? {}
  const ref = { group: '', resource: 'pods', namespace, name }
  const options = { gracePeriodSeconds: 0, ...(uid ? { preconditions: { uid } } : {}) }
  return node.commands.execute({ verb: 'delete', kind: Pod, ref, options }, origin)
}
