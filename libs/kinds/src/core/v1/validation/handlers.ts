import { fieldError } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import { each, exactlyOne, nonNegative, positive, present, requiredOneOf } from '../../../validation/values.ts'
import type { HTTPGetAction, Lifecycle, LifecycleHandler } from '../handlers.ts'
import type { Probe } from '../probe.ts'
import { portNumberErrors, portReferenceErrors } from './ports.ts'

const { invalid, required } = fieldError

const headerName = /^[-A-Za-z0-9]+$/

const httpErrors = (path: FieldPath, http: HTTPGetAction): readonly FieldError[] => [
  ...present(`${path}.path`, http.path),
  ...portReferenceErrors(`${path}.port`, http.port),
  ...requiredOneOf(`${path}.scheme`, http.scheme, ['HTTP', 'HTTPS']),
  ...each(`${path}.httpHeaders`, http.httpHeaders, ({ name }, at) =>
    headerName.test(name) ? [] : [invalid(`${at}.name`, name, headerNameText)],
  ),
]

const headerNameText =
  "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')"

type Handler = Pick<LifecycleHandler, 'exec' | 'httpGet' | 'tcpSocket' | 'sleep'> & Pick<Probe, 'grpc'>

const handlerErrors = (path: FieldPath, handler: Handler, graceSeconds: number): readonly FieldError[] => {
  const { exec, httpGet, tcpSocket, grpc, sleep } = handler
  const all = { exec, httpGet, tcpSocket, grpc, sleep }
  return [
    ...exactlyOne(path, all, required(path, 'must specify a handler type'), 'may not specify more than 1 handler type'),
    ...(exec && (exec.command?.length ?? 0) === 0 ? [required(`${path}.exec.command`)] : []),
    ...(httpGet ? httpErrors(`${path}.httpGet`, httpGet) : []),
    ...(tcpSocket ? portReferenceErrors(`${path}.tcpSocket.port`, tcpSocket.port) : []),
    ...(grpc ? portNumberErrors(`${path}.grpc.port`, grpc.port) : []),
    ...(sleep && (sleep.seconds < 0 || sleep.seconds > graceSeconds)
      ? [
          invalid(
            `${path}.sleep`,
            sleep.seconds,
            `must be non-negative and less than terminationGracePeriodSeconds (${graceSeconds})`,
          ),
        ]
      : []),
  ]
}

/** What is wrong with a probe. Liveness and startup probes have succeeded when they succeed once. */
export const probeErrors = (path: FieldPath, probe: Probe | undefined, once: boolean): readonly FieldError[] => {
  if (!probe) return []
  return [
    ...handlerErrors(path, probe, 0),
    ...nonNegative(`${path}.initialDelaySeconds`, probe.initialDelaySeconds),
    ...nonNegative(`${path}.timeoutSeconds`, probe.timeoutSeconds),
    ...nonNegative(`${path}.periodSeconds`, probe.periodSeconds),
    ...nonNegative(`${path}.successThreshold`, probe.successThreshold),
    ...nonNegative(`${path}.failureThreshold`, probe.failureThreshold),
    ...positive(`${path}.terminationGracePeriodSeconds`, probe.terminationGracePeriodSeconds),
    ...(once && probe.successThreshold !== undefined && probe.successThreshold !== 1
      ? [invalid(`${path}.successThreshold`, probe.successThreshold, 'must be 1')]
      : []),
  ]
}

export const lifecycleErrors = (
  path: FieldPath,
  lifecycle: Lifecycle | undefined,
  graceSeconds: number,
): readonly FieldError[] => [
  ...(lifecycle?.postStart ? handlerErrors(`${path}.postStart`, lifecycle.postStart, graceSeconds) : []),
  ...(lifecycle?.preStop ? handlerErrors(`${path}.preStop`, lifecycle.preStop, graceSeconds) : []),
]
