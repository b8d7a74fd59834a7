import type { Pod, ResourceRequirements } from '@periplus/kinds'
import { containersOf } from '../plan/containers.ts'
import type { Observed } from '../plan/observed.ts'
import type { NodeSettings } from '../settings.ts'
import { resizeRefusal } from './allocate.ts'
import { asksForResize } from './given.ts'

/** What an agent remembers of one pod's resources; what it forgets at its end, the API and the runtime still know. */
export interface ResizeRecord {
  readonly facts: Pick<Observed, 'resized' | 'admitted' | 'resize'>
  /** The same, with the node's verdict on what the pod asks for now. */
  judged(pod: Pod, observed: Observed, others: () => readonly Pod[], settings: NodeSettings): Observed
  /** A running container has other resources from now on. */
  gave(containerId: string, resources: ResourceRequirements): void
}

export const resizeRecord = (first: Pod): ResizeRecord => {
  const resized = new Map<string, ResourceRequirements>()
  const admitted = new Map(containersOf(first).map(({ name, resources = {} }) => [name, resources]))
  return {
    facts: { resized, admitted, resize: undefined },
    judged: (pod, observed, others, settings) =>
      asksForResize(pod, observed) ? { ...observed, resize: resizeRefusal(pod, others(), settings) } : observed,
    gave: (containerId, resources) => void resized.set(containerId, resources),
  }
}
