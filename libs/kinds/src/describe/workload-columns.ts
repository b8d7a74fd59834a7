import type { Column } from '@periplus/api'
import type { PodSpec } from '../core/v1/pod/spec.ts'
import { wideColumn } from './columns.ts'

/** Names and images of the containers that a workload runs, for `-o wide`. */
export const containerColumns = <A>(podOf: (object: A) => PodSpec | undefined): readonly Column<A>[] => [
  wideColumn('Containers', 'Names of the containers in the pod template.', object =>
    (podOf(object)?.containers ?? []).map(({ name }) => name).join(','),
  ),
  wideColumn('Images', 'Images of the containers in the pod template.', object =>
    (podOf(object)?.containers ?? []).map(({ image }) => image ?? '').join(','),
  ),
]
