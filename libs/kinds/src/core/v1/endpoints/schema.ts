import { ObjectMeta, schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { typeMeta } from '../../../describe/type-meta.ts'
import { ObjectReference } from '../references.ts'

const { int32, list, optional, required, string, struct } = schema
const pkg = 'io.k8s.api.core.v1'

export const EndpointAddress = struct(
  `${pkg}.EndpointAddress`,
  {
    hostname: optional(3, string),
    ip: required(1, string),
    nodeName: optional(4, string),
    targetRef: optional(2, ObjectReference),
  },
  { atomic: true },
)
export interface EndpointAddress extends TypeOf<typeof EndpointAddress> {}

export const EndpointPort = struct(
  `${pkg}.EndpointPort`,
  {
    appProtocol: optional(4, string),
    name: optional(1, string),
    port: required(2, int32),
    protocol: optional(3, string, { default: 'TCP' }),
  },
  { atomic: true },
)
export interface EndpointPort extends TypeOf<typeof EndpointPort> {}

export const EndpointSubset = struct(`${pkg}.EndpointSubset`, {
  addresses: optional(1, list(EndpointAddress), { listType: 'atomic' }),
  notReadyAddresses: optional(2, list(EndpointAddress), { listType: 'atomic' }),
  ports: optional(3, list(EndpointPort), { listType: 'atomic' }),
})
export interface EndpointSubset extends TypeOf<typeof EndpointSubset> {}

export const EndpointsSchema = struct(`${pkg}.Endpoints`, {
  ...typeMeta,
  metadata: optional(1, ObjectMeta),
  subsets: optional(2, list(EndpointSubset), { listType: 'atomic' }),
})
export interface Endpoints extends TypeOf<typeof EndpointsSchema> {}
