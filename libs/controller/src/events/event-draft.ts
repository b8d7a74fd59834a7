import type { KubernetesObject, Stored } from '@periplus/api'

/** Something that people should be told about an object: it becomes a core/v1 Event. */
export interface EventDraft {
  readonly regarding: Stored<KubernetesObject>
  readonly type: 'Normal' | 'Warning'
  /** One CamelCase word, such as `SuccessfulCreate`. */
  readonly reason: string
  readonly message: string
}
