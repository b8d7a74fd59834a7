import { milliValue, quantityOf } from '@periplus/api'
import type { FieldPath, ObjectMeta } from '@periplus/api'
import type { Container } from '../container.ts'
import type { PodAffinity, PodAffinityTerm } from '../affinity.ts'
import { placedContainers } from '../pod/placed-containers.ts'
import type { PodSpec } from '../pod/spec.ts'
import { ipWarnings } from '../../../validation/ip-canonical.ts'
import { deadPluginWarnings } from './dead-plugins.ts'
import { envWarnings } from './env.ts'
import { portWarnings } from './ports.ts'

/** Labels of nodes that have newer names. */
const renamedLabels: Readonly<Record<string, string>> = {
  'beta.kubernetes.io/arch': 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  'beta.kubernetes.io/os': 'deprecated since v1.14; use "kubernetes.io/os" instead',
  'failure-domain.beta.kubernetes.io/region': 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  'failure-domain.beta.kubernetes.io/zone': 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  'beta.kubernetes.io/instance-type': 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
}

const annotations: Readonly<Record<string, string>> = {
  'scheduler.alpha.kubernetes.io/critical-pod': 'non-functional in v1.16+; use the "priorityClassName" field instead',
  'security.alpha.kubernetes.io/sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
  'security.alpha.kubernetes.io/unsafe-sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
}

type Texts = readonly string[]

const mapped = <A>(
  path: FieldPath,
  values: readonly A[] | undefined,
  texts: (value: A, at: FieldPath) => Texts,
): Texts => (values ?? []).flatMap((value, i) => texts(value, `${path}[${i}]`))

const known = (table: Readonly<Record<string, string>>, given: object | undefined, path: FieldPath): Texts =>
  Object.keys(given ?? {}).flatMap(key => (Object.hasOwn(table, key) ? [`${path}[${key}]: ${table[key]}`] : []))

const repeated = (path: FieldPath, field: string, values: readonly string[]): Texts => {
  const seen = new Set<string>()
  return values.flatMap((value, i) => {
    const again = seen.has(value)
    seen.add(value)
    return again ? [`${path}[${i}].${field}: duplicate ${field} ${JSON.stringify(value)}`] : []
  })
}

const inBytes = ['memory', 'ephemeral-storage'] as const

/** Nobody can have a part of a byte: `128m` of memory was meant as `128M`. */
export const fractionWarnings = (
  path: FieldPath,
  amounts: Readonly<Record<string, string>> | undefined,
  names: readonly string[] = inBytes,
): Texts =>
  names.flatMap(name => {
    const text = amounts?.[name]
    return text !== undefined && milliValue(quantityOf(text)) % 1000n !== 0n
      ? [`${path}[${name}]: fractional byte value ${JSON.stringify(text)} is invalid, must be an integer`]
      : []
  })

const containerWarnings = (path: FieldPath, { resources, env }: Container): Texts => [
  ...fractionWarnings(`${path}.resources.limits`, resources?.limits),
  ...fractionWarnings(`${path}.resources.requests`, resources?.requests),
  ...envWarnings(`${path}.env`, env),
]

const noPod = 'a null labelSelector results in matching no pod'

const termWarnings = (path: FieldPath, { labelSelector }: PodAffinityTerm): Texts =>
  labelSelector ? [] : [`${path}.labelSelector: ${noPod}`]

const affinityWarnings = (path: FieldPath, affinity: PodAffinity | undefined): Texts => [
  ...mapped(
    `${path}.requiredDuringSchedulingIgnoredDuringExecution`,
    affinity?.requiredDuringSchedulingIgnoredDuringExecution,
    (term, at) => termWarnings(at, term),
  ),
  ...mapped(
    `${path}.preferredDuringSchedulingIgnoredDuringExecution`,
    affinity?.preferredDuringSchedulingIgnoredDuringExecution,
    ({ podAffinityTerm }, at) => termWarnings(`${at}.podAffinityTerm`, podAffinityTerm),
  ),
]

const spreadWarnings = (path: FieldPath, { topologySpreadConstraints }: PodSpec): Texts =>
  mapped(`${path}.topologySpreadConstraints`, topologySpreadConstraints, ({ topologyKey, labelSelector }, at) => [
    ...(Object.hasOwn(renamedLabels, topologyKey)
      ? [`${at}.topologyKey: ${topologyKey} is ${renamedLabels[topologyKey]}`]
      : []),
    ...(labelSelector ? [] : [`${at}.labelSelector: ${noPod}`]),
  ])

const volumeWarnings = (path: FieldPath, { volumes }: PodSpec): Texts =>
  mapped(`${path}.volumes`, volumes, (volume, at) => deadPluginWarnings(at, volume))

const sourceWarnings = ({ volumes = [] }: PodSpec): Texts =>
  volumes.flatMap(({ name, projected }) =>
    (projected?.sources ?? [])
      .filter(source => Object.keys(source).length === 0)
      .map(() => `volume ${JSON.stringify(name)} (Projected) has no sources provided`),
  )

const listWarnings = (path: FieldPath, { dnsConfig, hostAliases = [], imagePullSecrets = [] }: PodSpec): Texts => [
  ...mapped(`${path}.dnsConfig.nameservers`, dnsConfig?.nameservers, (server, at) => ipWarnings(at, server)),
  ...repeated(
    `${path}.hostAliases`,
    'ip',
    hostAliases.map(({ ip }) => ip),
  ),
  ...mapped(`${path}.hostAliases`, hostAliases, ({ ip }, at) => ipWarnings(`${at}.ip`, ip)),
  ...repeated(
    `${path}.imagePullSecrets`,
    'name',
    imagePullSecrets.map(({ name = '' }) => name),
  ),
  ...mapped(`${path}.imagePullSecrets`, imagePullSecrets, ({ name }, at) =>
    name ? [] : [`${at}.name: invalid empty name ""`],
  ),
]

/**
 * What Kubernetes says of a pod, or of a template at `path`, that it takes although it will not do what was meant (pod/warnings.go
 * of Kubernetes' API packages).
 */
export const podWarnings = (path: FieldPath, metadata: ObjectMeta | undefined, spec: PodSpec | undefined): Texts => {
  if (!spec) return []
  const prefix = path === '' ? '' : `${path}.`
  const at = `${prefix}spec`
  const containers = placedContainers(at, spec)
  return [
    ...known(renamedLabels, spec.nodeSelector, `${at}.nodeSelector`),
    ...spreadWarnings(at, spec),
    ...known(annotations, metadata?.annotations, `${prefix}metadata.annotations`),
    ...volumeWarnings(at, spec),
    ...sourceWarnings(spec),
    ...listWarnings(at, spec),
    ...fractionWarnings(`${at}.overhead`, spec.overhead),
    ...containers.flatMap(([place, container]) => containerWarnings(place, container)),
    ...portWarnings(containers),
    ...((spec.terminationGracePeriodSeconds ?? 0) < 0
      ? [`${at}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`]
      : []),
    ...affinityWarnings(`${at}.affinity.podAffinity`, spec.affinity?.podAffinity),
    ...affinityWarnings(`${at}.affinity.podAntiAffinity`, spec.affinity?.podAntiAffinity),
  ]
}
