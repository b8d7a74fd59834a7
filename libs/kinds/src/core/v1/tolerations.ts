import { schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'

const { int64, optional, required, string, struct, time } = schema
const pkg = 'io.k8s.api.core.v1'

export const Taint = struct(
  `${pkg}.Taint`,
  {
    effect: required(3, string, { doc: 'NoSchedule, PreferNoSchedule or NoExecute.' }),
    key: required(1, string, { doc: 'Its name.' }),
    timeAdded: optional(4, time),
    value: optional(2, string, { doc: 'Its value.' }),
  },
  { doc: 'What keeps pods off a node.' },
)
export interface Taint extends TypeOf<typeof Taint> {}

export const Toleration = struct(
  `${pkg}.Toleration`,
  {
    effect: optional(4, string, { doc: 'NoSchedule, PreferNoSchedule or NoExecute; all where nothing is said.' }),
    key: optional(1, string, { doc: 'Key of the taint; all where nothing is said.' }),
    operator: optional(2, string, { doc: 'Equal, or Exists for any value.' }),
    tolerationSeconds: optional(5, int64, { doc: 'For NoExecute: seconds until the pod has to go.' }),
    value: optional(3, string, { doc: 'Value of the taint.' }),
  },
  { doc: 'A taint that a pod puts up with.' },
)
export interface Toleration extends TypeOf<typeof Toleration> {}
