import type { KubernetesObject, Stored } from '@periplus/api'

/** Something that people should be told about an object: it becomes a core/v1 Event. */
export interface EventDraft {
  readonly regarding: Stored<KubernetesObject>
  readonly type: 'Normal' | 'Warning'
  /** One CamelCase word, such as `SuccessfulCreate`. */
  readonly reason: string
  readonly message: string
}

/** Something that went as it should. */
export const normal = (regarding: EventDraft['regarding'], reason: string, message: string): EventDraft => ({
  ...{ regarding, type: 'Normal', reason, message },
})

/** Something that people should look at. */
export const warning = (regarding: EventDraft['regarding'], reason: string, message: string): EventDraft => ({
  ...{ regarding, type: 'Warning', reason, message },
})
