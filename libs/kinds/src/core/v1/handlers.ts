import { schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'

const { int32, int64, intOrString, list, optional, required, string, struct } = schema
const pkg = 'io.k8s.api.core.v1'

export const ExecAction = struct(`${pkg}.ExecAction`, {
  command: optional(1, list(string), { listType: 'atomic' }),
})
export interface ExecAction extends TypeOf<typeof ExecAction> {}

export const GRPCAction = struct(`${pkg}.GRPCAction`, {
  port: required(1, int32),
  service: optional(2, string, { default: '' }),
})
export interface GRPCAction extends TypeOf<typeof GRPCAction> {}

export const HTTPHeader = struct(`${pkg}.HTTPHeader`, {
  name: required(1, string),
  value: required(2, string),
})
export interface HTTPHeader extends TypeOf<typeof HTTPHeader> {}

export const HTTPGetAction = struct(`${pkg}.HTTPGetAction`, {
  host: optional(3, string),
  httpHeaders: optional(5, list(HTTPHeader), { listType: 'atomic' }),
  path: optional(1, string, { default: '/' }),
  port: required(2, intOrString),
  scheme: optional(4, string, { default: 'HTTP' }),
})
export interface HTTPGetAction extends TypeOf<typeof HTTPGetAction> {}

export const SleepAction = struct(`${pkg}.SleepAction`, {
  seconds: required(1, int64),
})
export interface SleepAction extends TypeOf<typeof SleepAction> {}

export const TCPSocketAction = struct(`${pkg}.TCPSocketAction`, {
  host: optional(2, string),
  port: required(1, intOrString),
})
export interface TCPSocketAction extends TypeOf<typeof TCPSocketAction> {}

export const LifecycleHandler = struct(`${pkg}.LifecycleHandler`, {
  exec: optional(1, ExecAction),
  httpGet: optional(2, HTTPGetAction),
  sleep: optional(4, SleepAction),
  tcpSocket: optional(3, TCPSocketAction),
})
export interface LifecycleHandler extends TypeOf<typeof LifecycleHandler> {}

export const Lifecycle = struct(`${pkg}.Lifecycle`, {
  postStart: optional(1, LifecycleHandler),
  preStop: optional(2, LifecycleHandler),
  stopSignal: optional(3, string),
})
export interface Lifecycle extends TypeOf<typeof Lifecycle> {}
