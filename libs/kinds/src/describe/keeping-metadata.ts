import type { KubernetesObject } from '@periplus/api'

/** Of kinds of which a write of the status changes nothing but the status: the metadata stays as it was. */
export const keepingMetadata = <A extends KubernetesObject>(next: A, { metadata }: A): A =>
  metadata === undefined ? next : { ...next, metadata }
