export { lineId } from './line.ts'
export type { LogLine, LogSource } from './line.ts'
export { taken } from './backend.ts'
export type {
  ConfigFault,
  Credentials,
  LogBackend,
  LogWriter,
  OpenRefusal,
  RefusedLine,
  WriteAnswer,
  WriteFailure,
  WriterLimits,
} from './backend.ts'
export { documentOf, textOf } from './document.ts'
export { readConfig } from './config/read-config.ts'
export type { ConfigReader } from './config/read-config.ts'
export { delivery } from './delivery/deliver.ts'
export type { Delivered, Delivery, DeliverySettings } from './delivery/deliver.ts'
export type { LostLine } from './delivery/after-answer.ts'
export { httpWriter } from './http/http-writer.ts'
export type { HttpBackend } from './http/http-writer.ts'
export { authorizationOf } from './http/authorization.ts'
export { readTls } from './net/tls.ts'
export { streamBackend } from './stdout/stdout-backend.ts'
export { builtInBackends } from './built-in.ts'
