import {
  fieldError,
  isDns1123Label,
  isDns1123Subdomain,
  isQualifiedName,
  labelErrors,
  labelSelectorErrors,
} from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import { each, obeys, oneOf, requiredOneOf, unique, within } from '../../../validation/values.ts'
import type { PodDNSConfig, PodSpec, TopologySpreadConstraint } from '../pod/spec.ts'
import { affinityErrors } from './affinity.ts'
import { containersErrors, ephemeralContainersErrors, initContainersErrors } from './containers.ts'
import { resourceErrors } from './resources.ts'
import { hostNamespaceErrors, podSecurityErrors } from './security.ts'
import { tolerationErrors } from './tolerations.ts'
import { checkedVolumes } from './volumes.ts'

const { duplicate, invalid, required } = fieldError

const dnsPolicies = ['ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None']

const dnsConfigErrors = (path: FieldPath, policy: string, config: PodDNSConfig | undefined): readonly FieldError[] => {
  const nameservers = config?.nameservers ?? []
  if (policy === 'None' && !config) return [required(path, 'must provide `dnsConfig` when `dnsPolicy` is None')]
  return [
    ...(policy === 'None' && nameservers.length === 0
      ? [required(`${path}.nameservers`, 'must provide at least one DNS nameserver when `dnsPolicy` is None')]
      : []),
    ...(nameservers.length > 3
      ? [invalid(`${path}.nameservers`, nameservers, 'must not have more than 3 nameservers')]
      : []),
    ...each(`${path}.options`, config?.options, ({ name }, at) => (name ? [] : [required(at, 'must not be empty')])),
  ]
}

const spreadErrors = (
  path: FieldPath,
  constraints: readonly TopologySpreadConstraint[] | undefined,
): readonly FieldError[] => {
  const seen = new Set<string>()
  return each(path, constraints, (constraint, at) => {
    const { maxSkew, topologyKey, whenUnsatisfiable, labelSelector, minDomains } = constraint
    const pair = `{${topologyKey}, ${whenUnsatisfiable}}`
    const repeated = seen.has(pair)
    seen.add(pair)
    return [
      ...(maxSkew <= 0 ? [invalid(`${at}.maxSkew`, maxSkew, 'must be greater than zero')] : []),
      ...(topologyKey ? [] : [required(`${at}.topologyKey`, 'can not be empty')]),
      ...oneOf(`${at}.whenUnsatisfiable`, whenUnsatisfiable, ['DoNotSchedule', 'ScheduleAnyway']),
      ...(repeated ? [duplicate(`${at}.{topologyKey, whenUnsatisfiable}`, pair)] : []),
      ...(minDomains !== undefined && minDomains <= 0
        ? [invalid(`${at}.minDomains`, minDomains, 'must be greater than zero')]
        : []),
      ...labelSelectorErrors(labelSelector, `${at}.labelSelector`),
    ]
  })
}

/** What is wrong with the spec of a pod, alone or in a template, at `path`; `podName` is `undefined` in templates. */
export const podSpecErrors = (path: FieldPath, spec: PodSpec, podName: string | undefined): readonly FieldError[] => {
  const volumes = checkedVolumes(`${path}.volumes`, spec.volumes, podName)
  return [
    ...volumes.errors,
    ...containersErrors(`${path}.containers`, spec, volumes.sound),
    ...initContainersErrors(`${path}.initContainers`, spec, volumes.sound),
    ...ephemeralContainersErrors(`${path}.ephemeralContainers`, spec, volumes.sound),
    ...ownErrors(path, spec),
  ]
}

const ownErrors = (path: FieldPath, spec: PodSpec): readonly FieldError[] => [
  ...hostNamespaceErrors(path, spec),
  ...requiredOneOf(`${path}.restartPolicy`, spec.restartPolicy ?? 'Always', ['Always', 'OnFailure', 'Never']),
  ...requiredOneOf(`${path}.dnsPolicy`, spec.dnsPolicy ?? 'ClusterFirst', dnsPolicies),
  ...labelErrors(spec.nodeSelector, `${path}.nodeSelector`),
  ...podSecurityErrors(`${path}.securityContext`, spec.securityContext, spec),
  ...affinityErrors(`${path}.affinity`, spec.affinity),
  ...dnsConfigErrors(`${path}.dnsConfig`, spec.dnsPolicy ?? 'ClusterFirst', spec.dnsConfig),
  ...each(`${path}.readinessGates`, spec.readinessGates, ({ conditionType }, at) =>
    isQualifiedName(conditionType).map(complaint => invalid(`${at}.conditionType`, conditionType, complaint)),
  ),
  ...each(`${path}.schedulingGates`, spec.schedulingGates, ({ name }, at) =>
    isQualifiedName(name).map(complaint => invalid(at, name, complaint)),
  ),
  ...unique(`${path}.schedulingGates`, spec.schedulingGates, ({ name }) => name),
  ...(spec.nodeName && (spec.schedulingGates?.length ?? 0) > 0
    ? [fieldError.forbidden(`${path}.nodeName`, 'cannot be set until all schedulingGates have been cleared')]
    : []),
  ...spreadErrors(`${path}.topologySpreadConstraints`, spec.topologySpreadConstraints),
  ...obeys(`${path}.serviceAccountName`, spec.serviceAccountName, isDns1123Subdomain),
  ...obeys(`${path}.nodeName`, spec.nodeName, isDns1123Subdomain),
  ...within(`${path}.activeDeadlineSeconds`, spec.activeDeadlineSeconds, 1),
  ...obeys(`${path}.hostname`, spec.hostname, isDns1123Label),
  ...obeys(`${path}.subdomain`, spec.subdomain, isDns1123Label),
  ...tolerationErrors(`${path}.tolerations`, spec.tolerations),
  ...obeys(`${path}.priorityClassName`, spec.priorityClassName, isDns1123Subdomain),
  ...obeys(`${path}.runtimeClassName`, spec.runtimeClassName, isDns1123Subdomain),
  ...oneOf(`${path}.preemptionPolicy`, spec.preemptionPolicy, ['Never', 'PreemptLowerPriority']),
  ...resourceErrors(`${path}.resources`, spec.resources),
]
