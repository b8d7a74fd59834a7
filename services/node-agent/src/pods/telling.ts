import type { Pod } from '@periplus/kinds'
import type { Origin } from '@periplus/log'
import { aboutPod } from '../events/about.ts'
import type { EventRecorder } from '../events/recorder.ts'
import type { TellAbout } from '../images/puller.ts'
import type { Action } from '../plan/action.ts'

/** What writes on a pod's behalf say of themselves before anything has caused them. */
export const originOf = (nodeName: string, uid: string): Origin => ({
  actor: `node:${nodeName}`,
  component: 'node-agent',
  causes: [],
  correlationId: uid,
})

/** Events about one pod: those of its effects as they come, those of its plan once for each key. */
export interface Telling {
  tell(container: string | undefined): TellAbout
  tellOnce(action: Extract<Action, { tag: 'Tell' }>): void
}

export const telling = (
  events: EventRecorder,
  about: () => { readonly pod: Pod; readonly origin: Origin },
): Telling => {
  /** What was last told, by subject and reason. */
  const told = new Map<string, string>()
  const tell =
    (container: string | undefined): TellAbout =>
    (type, reason, message) => {
      const { pod, origin } = about()
      events.record({ about: aboutPod(pod, container), type, reason, message, origin })
    }
  return {
    tell,
    tellOnce: ({ subject, reason, key, container, type, message }) => {
      const topic = `${subject}/${reason}`
      if (told.get(topic) === key) return
      told.set(topic, key)
      tell(container)(type, reason, message)
    },
  }
}
