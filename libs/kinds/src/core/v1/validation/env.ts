import { fieldError, isConfigMapKey, isEnvVarName, isQualifiedName } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import { each, obeys, present, presentAnd, requiredOneOf } from '../../../validation/values.ts'
import type { EnvFromSource, EnvVar, EnvVarSource, ObjectFieldSelector, ResourceFieldSelector } from '../env.ts'

const { invalid, notSupported } = fieldError

const envFields = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
]

const envResources = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
]

/** The fields of a pod that become files in a downward API volume. */
export const volumeFields = [
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
]

/** `metadata.labels['key']`: the path, and the key where there is one. */
const subscripted = /^(metadata\.(?:annotations|labels))\['(.*)'\]$/

export const fieldRefErrors = (
  path: FieldPath,
  ref: ObjectFieldSelector,
  supported: readonly string[],
): readonly FieldError[] => {
  const at = `${path}.fieldPath`
  if (!ref.fieldPath) return present(at, ref.fieldPath)
  const key = subscripted.exec(ref.fieldPath)
  if (key) return obeys(at, key[2]?.toLowerCase(), isQualifiedName)
  if (supported.includes(ref.fieldPath)) return []
  return known.has(ref.fieldPath)
    ? [notSupported(at, ref.fieldPath, supported)]
    : [invalid(at, ref.fieldPath, `error converting fieldPath: field label not supported: ${ref.fieldPath}`)]
}

const known = new Set([...envFields, ...volumeFields, 'spec.restartPolicy', 'spec.schedulerName', 'status.phase'])

export const resourceFieldErrors = (
  path: FieldPath,
  ref: ResourceFieldSelector,
  inVolume: boolean,
): readonly FieldError[] => [
  ...(inVolume ? present(`${path}.containerName`, ref.containerName) : []),
  ...(/^(limits|requests)\.hugepages-/.test(ref.resource)
    ? []
    : requiredOneOf(`${path}.resource`, ref.resource, envResources)),
  ...divisorErrors(`${path}.divisor`, ref),
]

const divisors: Readonly<Record<string, readonly string[]>> = {
  cpu: ['1m', '1'],
  memory: ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei'],
}

const divisorErrors = (path: FieldPath, { resource, divisor }: ResourceFieldSelector): readonly FieldError[] => {
  if (divisor === undefined || divisor === '0') return []
  const [, unit = ''] = resource.split('.')
  const allowed = divisors[unit === 'cpu' ? 'cpu' : 'memory'] ?? []
  return allowed.includes(divisor)
    ? []
    : [invalid(path, divisor, `only divisor's values ${allowed.join(', ')} are supported with the ${unit} resource`)]
}

const sourceErrors = (path: FieldPath, source: EnvVarSource, value: string | undefined): readonly FieldError[] => {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef } = source
  const chosen = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef].filter(
    one => one !== undefined,
  )
  return [
    ...(fieldRef ? fieldRefErrors(`${path}.fieldRef`, fieldRef, envFields) : []),
    ...(resourceFieldRef ? resourceFieldErrors(`${path}.resourceFieldRef`, resourceFieldRef, false) : []),
    ...(configMapKeyRef ? keyRefErrors(`${path}.configMapKeyRef`, configMapKeyRef) : []),
    ...(secretKeyRef ? keyRefErrors(`${path}.secretKeyRef`, secretKeyRef) : []),
    ...(value && chosen.length > 0 ? [invalid(path, '', 'may not be specified when `value` is not empty')] : []),
    ...(chosen.length > 1 ? [invalid(path, '', 'may not have more than one field specified at a time')] : []),
    ...(chosen.length === 0 && !value
      ? [
          invalid(
            path,
            '',
            'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`',
          ),
        ]
      : []),
  ]
}

const keyRefErrors = (
  path: FieldPath,
  ref: { readonly name?: string; readonly key: string },
): readonly FieldError[] => [
  ...present(`${path}.name`, ref.name),
  ...presentAnd(`${path}.key`, ref.key, isConfigMapKey),
]

export const envErrors = (path: FieldPath, env: readonly EnvVar[] | undefined): readonly FieldError[] =>
  each(path, env, ({ name, value, valueFrom }, at) => [
    ...presentAnd(`${at}.name`, name, isEnvVarName),
    ...(valueFrom ? sourceErrors(`${at}.valueFrom`, valueFrom, value) : []),
  ])

export const envFromErrors = (path: FieldPath, sources: readonly EnvFromSource[] | undefined): readonly FieldError[] =>
  each(path, sources, ({ prefix, configMapRef, secretRef }, at) => [
    ...obeys(`${at}.prefix`, prefix, isEnvVarName),
    ...(configMapRef ? present(`${at}.configMapRef.name`, configMapRef.name) : []),
    ...(secretRef ? present(`${at}.secretRef.name`, secretRef.name) : []),
    ...(configMapRef && secretRef ? [invalid(at, '', 'may not have more than one field specified at a time')] : []),
    ...(!configMapRef && !secretRef ? [invalid(at, '', 'must specify one of: `configMapRef` or `secretRef`')] : []),
  ])
