import { fieldError } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import { nonNegative, positive, present } from '../../../validation/values.ts'
import type { HTTPGetAction, Lifecycle, LifecycleHandler } from '../handlers.ts'
import type { Probe } from '../probe.ts'
import { portNumberErrors, portReferenceErrors } from './ports.ts'
import { stopSignalErrors } from './stop-signal.ts'

const { forbidden, invalid, notSupported, required } = fieldError

const headerName = /^[-A-Za-z0-9]+$/
const headerNameText =
  "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')"

const httpErrors = (path: FieldPath, http: HTTPGetAction): readonly FieldError[] => [
  ...present(`${path}.path`, http.path),
  ...portReferenceErrors(`${path}.port`, http.port),
  ...(http.scheme === 'HTTP' || http.scheme === 'HTTPS'
    ? []
    : [notSupported(`${path}.scheme`, http.scheme ?? '', ['HTTP', 'HTTPS'])]),
  ...(http.httpHeaders ?? []).flatMap(({ name }) =>
    headerName.test(name) ? [] : [invalid(`${path}.httpHeaders`, name, headerNameText)],
  ),
]

const sleepErrors = (path: FieldPath, seconds: number, grace: number): readonly FieldError[] =>
  seconds < 0 || seconds > grace
    ? [invalid(path, seconds, `must be non-negative and less than terminationGracePeriodSeconds (${grace})`)]
    : []

type Handler = Pick<LifecycleHandler, 'exec' | 'httpGet' | 'tcpSocket' | 'sleep'> & Pick<Probe, 'grpc'>

/** Exactly one way to ask; only the first is looked into. */
const handlerErrors = (path: FieldPath, handler: Handler, graceSeconds: number): readonly FieldError[] => {
  const { exec, httpGet, tcpSocket, grpc, sleep } = handler
  const ways: readonly (readonly [name: string, errors: (() => readonly FieldError[]) | undefined])[] = [
    ['exec', exec && (() => ((exec.command?.length ?? 0) === 0 ? [required(`${path}.exec.command`)] : []))],
    ['httpGet', httpGet && (() => httpErrors(`${path}.httpGet`, httpGet))],
    ['tcpSocket', tcpSocket && (() => portReferenceErrors(`${path}.tcpSocket.port`, tcpSocket.port))],
    ['grpc', grpc && (() => portNumberErrors(`${path}.grpc.port`, grpc.port))],
    ['sleep', sleep && (() => sleepErrors(`${path}.sleep`, Number(sleep.seconds), graceSeconds))],
  ]
  const given = ways.filter(([, errors]) => errors !== undefined)
  if (given.length === 0) return [required(path, 'must specify a handler type')]
  return given.flatMap(([name, errors], i) =>
    i === 0 ? (errors?.() ?? []) : [forbidden(`${path}.${name}`, 'may not specify more than 1 handler type')],
  )
}

/** What is wrong with a probe. Liveness and startup probes have succeeded when they succeed once. */
export const probeErrors = (
  path: FieldPath,
  probe: Probe | undefined,
  sort: 'liveness' | 'readiness' | 'startup',
): readonly FieldError[] => {
  if (!probe) return []
  const { successThreshold: successes = 1, terminationGracePeriodSeconds: grace } = probe
  return [
    ...handlerErrors(path, probe, 0),
    ...nonNegative(`${path}.initialDelaySeconds`, probe.initialDelaySeconds),
    ...nonNegative(`${path}.timeoutSeconds`, probe.timeoutSeconds),
    ...nonNegative(`${path}.periodSeconds`, probe.periodSeconds),
    ...nonNegative(`${path}.successThreshold`, successes),
    ...nonNegative(`${path}.failureThreshold`, probe.failureThreshold),
    ...positive(`${path}.terminationGracePeriodSeconds`, grace),
    ...(sort !== 'readiness' && successes !== 1 ? [invalid(`${path}.successThreshold`, successes, 'must be 1')] : []),
    ...(sort === 'readiness' && grace !== undefined
      ? [invalid(`${path}.terminationGracePeriodSeconds`, grace, 'must not be set for readinessProbes')]
      : []),
  ]
}

export const lifecycleErrors = (
  path: FieldPath,
  lifecycle: Lifecycle | undefined,
  graceSeconds: number,
  os: string | undefined,
): readonly FieldError[] =>
  lifecycle
    ? [
        ...(lifecycle.postStart ? handlerErrors(`${path}.postStart`, lifecycle.postStart, graceSeconds) : []),
        ...(lifecycle.preStop ? handlerErrors(`${path}.preStop`, lifecycle.preStop, graceSeconds) : []),
        ...stopSignalErrors(`${path}.stopSignal`, lifecycle.stopSignal, os),
      ]
    : []
