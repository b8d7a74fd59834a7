import type { Pod } from '@periplus/kinds'
import type { Origin } from '@periplus/log'
import { aboutPod } from '../events/about.ts'
import type { EventRecorder } from '../events/recorder.ts'

/** Tells people of probes that fail. `originOf`: in whose name, by a pod's uid. */
export const tellUnhealthy =
  (events: EventRecorder, originOf: (uid: string) => Origin) =>
  (pod: Pod, container: string, message: string): void =>
    events.record({
      about: aboutPod(pod, container),
      type: 'Warning',
      reason: 'Unhealthy',
      message,
      origin: originOf(pod.metadata?.uid ?? ''),
    })
