import type { FieldPath } from '@periplus/api'
import type { Container } from '../container.ts'
import type { PodSpec } from './spec.ts'

type Placed = readonly [path: FieldPath, container: Container]

/** All containers of a pod with their places, in the order in which Kubernetes visits them. */
export const placedContainers = (path: FieldPath, spec: PodSpec): readonly Placed[] =>
  (['initContainers', 'containers', 'ephemeralContainers'] as const).flatMap(list =>
    (spec[list] ?? []).map((container, i): Placed => [`${path}.${list}[${i}]`, container]),
  )
