import { fieldError, isDns1123Label } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import type { Steps } from '@periplus/prelude'
import { each, eachInSteps, presentAnd, requiredOneOf } from '../../../validation/values.ts'
import type { Container } from '../container.ts'
import type { PodSpec } from '../pod/spec.ts'
import type { Volume } from '../volumes.ts'
import { envErrors, envFromErrors } from './env.ts'
import { lifecycleErrors, probeErrors } from './handlers.ts'
import { mountsErrors } from './mounts.ts'
import { containerPortErrors, hostPortConflicts } from './ports.ts'
import { resizePolicyErrors } from './resize-policy.ts'
import { resourceErrors } from './resources.ts'
import { initRestartErrors, restartErrors } from './restart-rules.ts'
import { containerSecurityErrors } from './security.ts'

const { duplicate, forbidden, invalid, notSupported, required } = fieldError

/** What all containers of a pod share. */
export interface Surroundings {
  readonly spec: PodSpec
  readonly volumes: ReadonlyMap<string, Volume>
  readonly claims: ReadonlySet<string>
  readonly isPod: boolean
}

const messagePolicies = ['File', 'FallbackToLogsOnError']

/** What is wrong with a container of any sort. */
const containerErrors = (path: FieldPath, container: Container, around: Surroundings): readonly FieldError[] => {
  const { image = '', terminationMessagePolicy: policy = 'File' } = container
  const { restartPolicy = 'Always', hostUsers = true } = around.spec
  return [
    ...presentAnd(`${path}.name`, container.name, isDns1123Label),
    ...(image === '' ? [required(`${path}.image`)] : []),
    ...(around.isPod && image !== image.trim()
      ? [invalid(`${path}.image`, image, 'must not have leading or trailing whitespace')]
      : []),
    ...(messagePolicies.includes(policy)
      ? []
      : [notSupported(`${path}.terminationMessagePolicy`, policy, messagePolicies)]),
    ...containerPortErrors(`${path}.ports`, container.ports),
    ...envErrors(`${path}.env`, container.env),
    ...envFromErrors(`${path}.envFrom`, container.envFrom),
    ...mountsErrors(path, container, around.volumes),
    ...requiredOneOf(`${path}.imagePullPolicy`, container.imagePullPolicy ?? 'Always', [
      'Always',
      'IfNotPresent',
      'Never',
    ]),
    ...resourceErrors(`${path}.resources`, container.resources, around.claims),
    ...resizePolicyErrors(`${path}.resizePolicy`, container.resizePolicy, restartPolicy),
    ...containerSecurityErrors(`${path}.securityContext`, container.securityContext, hostUsers),
  ]
}

const runningErrors = (path: FieldPath, container: Container, { os, ...spec }: PodSpec): readonly FieldError[] => [
  ...lifecycleErrors(
    `${path}.lifecycle`,
    container.lifecycle,
    Number(spec.terminationGracePeriodSeconds ?? 30),
    os?.name,
  ),
  ...probeErrors(`${path}.livenessProbe`, container.livenessProbe, 'liveness'),
  ...probeErrors(`${path}.readinessProbe`, container.readinessProbe, 'readiness'),
  ...probeErrors(`${path}.startupProbe`, container.startupProbe, 'startup'),
]

/** `Duplicate value` where the name is taken; else it is from now on. */
const nameErrors = (path: FieldPath, name: string, taken: Set<string>): readonly FieldError[] => {
  if (taken.has(name)) return [duplicate(`${path}.name`, name)]
  if (name) taken.add(name)
  return []
}

/** The ordinary containers, of which there must be one. */
export function* containersErrors(path: FieldPath, around: Surroundings): Steps<readonly FieldError[]> {
  const containers = around.spec.containers ?? []
  if (containers.length === 0) return [required(path)]
  const names = new Set<string>()
  const ofEach = yield* eachInSteps(path, containers, (container, at) => [
    ...containerErrors(at, container, around),
    ...nameErrors(at, container.name, names),
    ...runningErrors(at, container, around.spec),
    ...restartErrors(at, container),
  ])
  yield
  return [...ofEach, ...hostPortConflicts(path, containers)]
}

const initOnly = ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const

/** Init containers run to their end, save for restartable ones, which are sidecars. */
export function* initContainersErrors(path: FieldPath, around: Surroundings): Steps<readonly FieldError[]> {
  const names = new Set((around.spec.containers ?? []).map(({ name }) => name))
  return yield* eachInSteps(path, around.spec.initContainers, (container, at) => [
    ...containerErrors(at, container, around),
    ...initRestartErrors(at, container),
    ...nameErrors(at, container.name, names),
    // One init container runs at a time, so only its own ports can be in each other's way.
    ...hostPortConflicts(path, [container]),
    ...(container.restartPolicy === 'Always'
      ? runningErrors(at, container, around.spec)
      : initOnly
          .filter(field => container[field] !== undefined)
          .map(field =>
            forbidden(`${at}.${field}`, 'may not be set for init containers without restartPolicy=Always'),
          )),
  ])
}

const ephemeralForbidden = [
  'ports',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
  'restartPolicy',
  'restartPolicyRules',
  'resizePolicy',
] as const

const notEphemeral = 'cannot be set for an Ephemeral Container'

/** Ephemeral containers look into a running pod: nothing depends on them. */
export function* ephemeralContainersErrors(path: FieldPath, around: Surroundings): Steps<readonly FieldError[]> {
  const { containers = [], initContainers = [], ephemeralContainers } = around.spec
  const others = new Set([...containers, ...initContainers].map(({ name }) => name))
  const names = new Set(others)
  return yield* eachInSteps(path, ephemeralContainers, (container, at) => [
    ...containerErrors(at, container, { ...around, isPod: true }),
    ...nameErrors(at, container.name, names),
    ...(container.targetContainerName && !others.has(container.targetContainerName)
      ? [fieldError.notFound(`${at}.targetContainerName`, container.targetContainerName)]
      : []),
    ...ephemeralForbidden
      .filter(field => container[field] !== undefined)
      .map(field => forbidden(`${at}.${field}`, notEphemeral)),
    ...(Object.keys(container.resources ?? {}).length > 0 ? [forbidden(`${at}.resources`, notEphemeral)] : []),
    ...each(`${at}.volumeMounts`, container.volumeMounts, ({ subPath, subPathExpr }, mount) => [
      ...(subPath ? [forbidden(`${mount}.subPath`, notEphemeral)] : []),
      ...(subPathExpr ? [forbidden(`${mount}.subPathExpr`, notEphemeral)] : []),
    ]),
  ])
}
