import { schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { ExecAction, GRPCAction, HTTPGetAction, TCPSocketAction } from './handlers.ts'

const { int32, int64, optional, struct } = schema

export const Probe = struct(
  'io.k8s.api.core.v1.Probe',
  {
    exec: optional(1, ExecAction, { within: [1] }),
    failureThreshold: optional(6, int32, { default: 3, doc: 'Failures in a row before it counts as failed.' }),
    grpc: optional(4, GRPCAction, { within: [1] }),
    httpGet: optional(2, HTTPGetAction, { within: [1] }),
    initialDelaySeconds: optional(2, int32, { doc: 'Seconds after the start before the first.' }),
    periodSeconds: optional(4, int32, { default: 10, doc: 'Seconds between two.' }),
    successThreshold: optional(5, int32, { default: 1, doc: 'Successes in a row before it counts as succeeded.' }),
    tcpSocket: optional(3, TCPSocketAction, { within: [1] }),
    terminationGracePeriodSeconds: optional(7, int64),
    timeoutSeconds: optional(3, int32, { default: 1, doc: 'Seconds to wait for an answer.' }),
  },
  { doc: 'A question that is put to a container again and again.' },
)
export interface Probe extends TypeOf<typeof Probe> {}
