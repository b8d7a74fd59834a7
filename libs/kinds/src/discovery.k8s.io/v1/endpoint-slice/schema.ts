import { ObjectMeta, schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { ObjectReference } from '../../../core/v1/references.ts'
import { typeMeta } from '../../../describe/type-meta.ts'

const { boolean, int32, list, map, optional, required, string, struct } = schema
const pkg = 'io.k8s.api.discovery.v1'

export const EndpointConditions = struct(`${pkg}.EndpointConditions`, {
  ready: optional(1, boolean),
  serving: optional(2, boolean),
  terminating: optional(3, boolean),
})
export interface EndpointConditions extends TypeOf<typeof EndpointConditions> {}

export const ForNode = struct(`${pkg}.ForNode`, {
  name: required(1, string),
})
export interface ForNode extends TypeOf<typeof ForNode> {}

export const ForZone = struct(`${pkg}.ForZone`, {
  name: required(1, string),
})
export interface ForZone extends TypeOf<typeof ForZone> {}

export const EndpointHints = struct(`${pkg}.EndpointHints`, {
  forNodes: optional(2, list(ForNode), { listType: 'atomic' }),
  forZones: optional(1, list(ForZone), { listType: 'atomic' }),
})
export interface EndpointHints extends TypeOf<typeof EndpointHints> {}

export const Endpoint = struct(`${pkg}.Endpoint`, {
  addresses: required(1, list(string), { listType: 'set' }),
  conditions: optional(2, EndpointConditions, { default: {} }),
  deprecatedTopology: optional(5, map(string)),
  hints: optional(8, EndpointHints),
  hostname: optional(3, string),
  nodeName: optional(6, string),
  targetRef: optional(4, ObjectReference),
  zone: optional(7, string),
})
export interface Endpoint extends TypeOf<typeof Endpoint> {}

export const EndpointPort = struct(
  `${pkg}.EndpointPort`,
  {
    appProtocol: optional(4, string),
    name: optional(1, string, { default: '' }),
    port: optional(3, int32),
    protocol: optional(2, string, { default: 'TCP' }),
  },
  { atomic: true },
)
export interface EndpointPort extends TypeOf<typeof EndpointPort> {}

export const EndpointSliceSchema = struct(`${pkg}.EndpointSlice`, {
  ...typeMeta,
  addressType: required(4, string),
  endpoints: optional(2, list(Endpoint), { listType: 'atomic' }),
  metadata: optional(1, ObjectMeta),
  ports: optional(3, list(EndpointPort), { listType: 'atomic' }),
})
export interface EndpointSlice extends TypeOf<typeof EndpointSliceSchema> {}
