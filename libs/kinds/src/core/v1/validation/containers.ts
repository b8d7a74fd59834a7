import { fieldError, isDns1123Label } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import { each, oneOf, presentAnd, requiredOneOf, unique } from '../../../validation/values.ts'
import type { Container } from '../container.ts'
import type { PodSpec } from '../pod/spec.ts'
import type { Volume } from '../volumes.ts'
import { envErrors, envFromErrors } from './env.ts'
import { lifecycleErrors, probeErrors } from './handlers.ts'
import { mountsErrors } from './mounts.ts'
import { containerPortErrors, hostPortConflicts } from './ports.ts'
import { resourceErrors } from './resources.ts'
import { containerSecurityErrors } from './security.ts'

const { forbidden, invalid, required } = fieldError

type Volumes = ReadonlyMap<string, Volume>

/** What is wrong with a container of any sort. */
const containerErrors = (path: FieldPath, container: Container, volumes: Volumes): readonly FieldError[] => {
  const { image = '' } = container
  return [
    ...presentAnd(`${path}.name`, container.name, isDns1123Label),
    ...(image === '' ? [required(`${path}.image`)] : []),
    ...(image === image.trim()
      ? []
      : [invalid(`${path}.image`, image, 'must not have leading or trailing whitespace')]),
    ...requiredOneOf(`${path}.terminationMessagePolicy`, container.terminationMessagePolicy ?? 'File', [
      'FallbackToLogsOnError',
      'File',
    ]),
    ...containerPortErrors(`${path}.ports`, container.ports),
    ...envErrors(`${path}.env`, container.env),
    ...envFromErrors(`${path}.envFrom`, container.envFrom),
    ...mountsErrors(path, container, volumes),
    ...requiredOneOf(`${path}.imagePullPolicy`, container.imagePullPolicy ?? 'Always', [
      'Always',
      'IfNotPresent',
      'Never',
    ]),
    ...resourceErrors(`${path}.resources`, container.resources),
    ...containerSecurityErrors(`${path}.securityContext`, container.securityContext),
  ]
}

const runningErrors = (path: FieldPath, container: Container, graceSeconds: number): readonly FieldError[] => [
  ...lifecycleErrors(`${path}.lifecycle`, container.lifecycle, graceSeconds),
  ...probeErrors(`${path}.livenessProbe`, container.livenessProbe, true),
  ...probeErrors(`${path}.readinessProbe`, container.readinessProbe, false),
  ...probeErrors(`${path}.startupProbe`, container.startupProbe, true),
]

/** The ordinary containers, of which there must be one. */
export const containersErrors = (path: FieldPath, spec: PodSpec, volumes: Volumes): readonly FieldError[] => [
  ...((spec.containers ?? []).length === 0 ? [required(path)] : []),
  ...each(path, spec.containers, (container, at) => [
    ...containerErrors(at, container, volumes),
    ...runningErrors(at, container, spec.terminationGracePeriodSeconds ?? 30),
    ...oneOf(`${at}.restartPolicy`, container.restartPolicy, ['Always', 'OnFailure', 'Never']),
  ]),
  ...unique(path, spec.containers, ({ name }) => name, 'name'),
  ...hostPortConflicts(path, spec.containers),
]

const initOnly = ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const

/** Init containers run to their end, save for restartable ones, which are sidecars. */
export const initContainersErrors = (path: FieldPath, spec: PodSpec, volumes: Volumes): readonly FieldError[] => {
  const others = new Set((spec.containers ?? []).map(({ name }) => name))
  return [
    ...each(path, spec.initContainers, (container, at) => {
      const sidecar = container.restartPolicy === 'Always'
      return [
        ...containerErrors(at, container, volumes),
        ...oneOf(`${at}.restartPolicy`, container.restartPolicy, ['Always', 'OnFailure', 'Never']),
        ...(others.has(container.name) ? [fieldError.duplicate(`${at}.name`, container.name)] : []),
        ...(sidecar
          ? runningErrors(at, container, spec.terminationGracePeriodSeconds ?? 30)
          : initOnly
              .filter(field => container[field] !== undefined)
              .map(field =>
                forbidden(`${at}.${field}`, 'may not be set for init containers without restartPolicy=Always'),
              )),
      ]
    }),
    ...unique(path, spec.initContainers, ({ name }) => name, 'name'),
  ]
}

const ephemeralForbidden = ['ports', 'livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle'] as const

/** Ephemeral containers look into a running pod: nothing depends on them. */
export const ephemeralContainersErrors = (path: FieldPath, spec: PodSpec, volumes: Volumes): readonly FieldError[] => {
  const others = new Set([...(spec.containers ?? []), ...(spec.initContainers ?? [])].map(({ name }) => name))
  return [
    ...each(path, spec.ephemeralContainers, (container, at) => [
      ...containerErrors(at, container, volumes),
      ...(others.has(container.name) ? [fieldError.duplicate(`${at}.name`, container.name)] : []),
      ...(container.targetContainerName && !others.has(container.targetContainerName)
        ? [fieldError.notFound(`${at}.targetContainerName`, container.targetContainerName)]
        : []),
      ...ephemeralForbidden
        .filter(field => container[field] !== undefined)
        .map(field => forbidden(`${at}.${field}`, 'cannot be set for an Ephemeral Container')),
      ...(Object.keys(container.resources ?? {}).length > 0
        ? [forbidden(`${at}.resources`, 'cannot be set for an Ephemeral Container')]
        : []),
    ]),
    ...unique(path, spec.ephemeralContainers, ({ name }) => name, 'name'),
  ]
}
