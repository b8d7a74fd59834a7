import { fieldError, isDns1123Label, isDns1123Subdomain, isQualifiedName, labelErrors } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import type { Steps } from '@periplus/prelude'
import { each, obeys, oneOf, requiredOneOf, unique, within } from '../../../validation/values.ts'
import type { PodSpec } from '../pod/spec.ts'
import { affinityErrors } from './affinity.ts'
import { containersErrors, ephemeralContainersErrors, initContainersErrors } from './containers.ts'
import type { Surroundings } from './containers.ts'
import { fileKeyVolumeErrors } from './env.ts'
import { dnsConfigErrors, hostAliasErrors, hostnameOverrideErrors } from './name-resolution.ts'
import { podResourceErrors } from './pod-resources.ts'
import { hostPortErrors } from './ports.ts'
import { resourceClaimErrors } from './resource-claims.ts'
import { resourceErrors } from './resources.ts'
import { hostNamespaceErrors, podSecurityErrors } from './security.ts'
import { spreadErrors } from './spread.ts'
import { tolerationErrors } from './tolerations.ts'
import { checkedVolumes } from './volumes.ts'
import { hostProcessErrors, linuxErrors } from './windows.ts'

const { invalid, required } = fieldError

/** What is wrong with the spec of a pod, alone or in a template, at `path`; `podName` is `undefined` in templates. */
export function* podSpecErrors(
  path: FieldPath,
  spec: PodSpec,
  podName: string | undefined,
): Steps<readonly FieldError[]> {
  const volumes = checkedVolumes(`${path}.volumes`, spec.volumes, podName)
  const claims = new Set((spec.resourceClaims ?? []).map(({ name }) => name).filter(Boolean))
  const around: Surroundings = { spec, volumes: volumes.sound, claims, isPod: podName !== undefined }
  yield
  const ofContainers = [
    ...(yield* containersErrors(`${path}.containers`, around)),
    ...(yield* initContainersErrors(`${path}.initContainers`, around)),
    ...(yield* ephemeralContainersErrors(`${path}.ephemeralContainers`, around)),
  ]
  yield
  const ofResources = [
    ...podResourceErrors(path, spec, claims),
    ...hostPortErrors(`${path}.containers`, spec, around.isPod),
    ...fileKeyVolumeErrors(path, spec),
  ]
  yield
  return [
    ...volumes.errors,
    ...resourceClaimErrors(`${path}.resourceClaims`, spec.resourceClaims),
    ...ofContainers,
    ...ofResources,
    ...placeErrors(path, spec),
    ...ownErrors(path, spec),
  ]
}

/** Where it runs, and as what. */
const placeErrors = (path: FieldPath, spec: PodSpec): readonly FieldError[] => [
  ...labelErrors(spec.nodeSelector, `${path}.nodeSelector`),
  ...affinityErrors(`${path}.affinity`, spec.affinity),
  ...spreadErrors(`${path}.topologySpreadConstraints`, spec.topologySpreadConstraints),
  ...tolerationErrors(`${path}.tolerations`, spec.tolerations),
  ...podSecurityErrors(`${path}.securityContext`, spec),
  ...hostNamespaceErrors(path, spec),
  ...hostProcessErrors(path, spec),
  ...obeys(`${path}.nodeName`, spec.nodeName, isDns1123Subdomain),
  ...(spec.runtimeClassName === undefined
    ? []
    : isDns1123Subdomain(spec.runtimeClassName).map(complaint =>
        invalid(`${path}.runtimeClassName`, spec.runtimeClassName, complaint),
      )),
  ...(spec.overhead ? resourceErrors(`${path}.overhead`, { limits: spec.overhead }) : []),
  ...osErrors(`${path}.os`, spec.os),
  ...linuxErrors(path, spec),
]

const osErrors = (path: FieldPath, os: PodSpec['os']): readonly FieldError[] => {
  if (!os) return []
  if (os.name === '') return [required(`${path}.name`)]
  return oneOf(path, os.name, ['linux', 'windows'])
}

const dnsPolicies = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None']
const preemptions = ['PreemptLowerPriority', 'Never']

const ownErrors = (path: FieldPath, spec: PodSpec): readonly FieldError[] => [
  ...requiredOneOf(`${path}.restartPolicy`, spec.restartPolicy ?? 'Always', ['Always', 'OnFailure', 'Never']),
  ...requiredOneOf(`${path}.dnsPolicy`, spec.dnsPolicy ?? 'ClusterFirst', dnsPolicies),
  ...dnsConfigErrors(`${path}.dnsConfig`, spec.dnsPolicy ?? 'ClusterFirst', spec.dnsConfig),
  ...hostAliasErrors(`${path}.hostAliases`, spec.hostAliases),
  ...hostnameOverrideErrors(path, spec),
  ...each(`${path}.readinessGates`, spec.readinessGates, ({ conditionType }, at) =>
    isQualifiedName(conditionType).map(complaint => invalid(`${at}.conditionType`, conditionType, complaint)),
  ),
  ...each(`${path}.schedulingGates`, spec.schedulingGates, ({ name }, at) =>
    isQualifiedName(name).map(complaint => invalid(at, name, complaint)),
  ),
  ...unique(`${path}.schedulingGates`, spec.schedulingGates, ({ name }) => name),
  ...obeys(`${path}.serviceAccountName`, spec.serviceAccountName, isDns1123Subdomain),
  ...within(`${path}.activeDeadlineSeconds`, spec.activeDeadlineSeconds, 1),
  ...obeys(`${path}.hostname`, spec.hostname, isDns1123Label),
  ...obeys(`${path}.subdomain`, spec.subdomain, isDns1123Label),
  ...obeys(`${path}.priorityClassName`, spec.priorityClassName, isDns1123Subdomain),
  ...(spec.preemptionPolicy === undefined
    ? []
    : requiredOneOf(`${path}.preemptionPolicy`, spec.preemptionPolicy, preemptions)),
]
