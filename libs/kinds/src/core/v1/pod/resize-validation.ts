import { deepEqual, fieldError } from '@periplus/api'
import type { FieldError } from '@periplus/api'
import { each } from '../../../validation/values.ts'
import type { Container } from '../container.ts'
import type { ResourceRequirements } from '../resources.ts'
import { podQosClass } from './qos.ts'
import type { Pod } from './schema.ts'
import type { PodSpec } from './spec.ts'

const { forbidden, invalid } = fieldError

/** Made of a file on the node: the API only shows it. */
const mirror = 'kubernetes.io/config.mirror'

/** How Kubernetes shows a path of one empty name. */
const nowhere = '[]'

/** What `pods/resize` may change of a pod that exists: cpu and memory of its containers and sidecars, and nothing away. */
export const podResizeErrors = (next: Pod, previous: Pod): readonly FieldError[] => {
  if (previous.metadata?.annotations?.[mirror] !== undefined)
    return [forbidden(nowhere, 'static pods cannot be resized')]
  if (previous.spec?.os?.name === 'windows') return [forbidden(nowhere, 'windows pods cannot be resized')]
  const [after, before] = [next.spec, previous.spec]
  if (!after || !before) return []
  const qos =
    podQosClass(next) === podQosClass(previous)
      ? []
      : [invalid('spec', next.status?.qosClass ?? '', 'Pod QOS Class may not change as a result of resizing')]
  const unsupported = nodeResizes(previous) ? [] : [forbidden('spec', 'Pod running on node without support for resize')]
  if (hasOwnResources(after) || hasOwnResources(before))
    return [
      ...qos,
      ...unsupported,
      forbidden(
        nowhere,
        'resize of pods with pod-level resources is forbidden when InPlacePodLevelResourcesVerticalScalingEnabled feature gate is disabled',
      ),
    ]
  const order = [
    ...orderErrors('containers', after.containers, before.containers),
    ...orderErrors('initContainers', after.initContainers ?? [], before.initContainers ?? []),
  ]
  return [...qos, ...unsupported, ...(order.length > 0 ? order : containersErrors(after, before))]
}

const hasOwnResources = ({ resources }: PodSpec): boolean =>
  Object.keys({ ...resources?.requests, ...resources?.limits }).length > 0

/** A node that resizes says of what runs what it has been given. */
const nodeResizes = ({ status }: Pod): boolean =>
  status?.containerStatuses?.find(({ state }) => state?.running)?.resources !== undefined ||
  !status?.containerStatuses?.some(({ state }) => state?.running)

const orderErrors = (
  list: 'containers' | 'initContainers',
  after: readonly Container[],
  before: readonly Container[],
): readonly FieldError[] =>
  after.length === before.length
    ? before.flatMap(({ name }, i) =>
        after[i]?.name === name
          ? []
          : [forbidden(`spec.${list}[${i}].name`, 'containers may not be renamed or reordered on resize')],
      )
    : [forbidden(`spec.${list}`, `${list} may not be added or removed on resize`)]

const containersErrors = (after: PodSpec, before: PodSpec): readonly FieldError[] => {
  const sidecars = each('spec.initContainers', after.initContainers, (container, at, i) => {
    const old = before.initContainers?.[i]
    return old?.restartPolicy === 'Always' ? removedErrors(`${at}.resources`, container.resources, old.resources) : []
  })
  const apps = each('spec.containers', after.containers, (container, at, i) =>
    removedErrors(`${at}.resources`, container.resources, before.containers[i]?.resources),
  )
  const changedApps = after.containers
    .filter((container, i) => !differsInComputeOnly(container, before.containers[i]))
    .map(() => forbidden('spec', 'only cpu and memory resources are mutable'))
  const changedInits = (after.initContainers ?? []).flatMap((container, i) => {
    const old = before.initContainers?.[i]
    if (container.restartPolicy === 'Always')
      return differsInComputeOnly(container, old)
        ? []
        : [forbidden('spec', 'only cpu and memory resources for sidecar containers are mutable')]
    return deepEqual(container, old)
      ? []
      : [forbidden('spec', 'resources for non-sidecar init containers are immutable')]
  })
  return [...sidecars, ...apps, ...changedApps, ...changedInits]
}

type Amounts = Readonly<Record<string, string>>

const removedErrors = (
  path: string,
  after: ResourceRequirements | undefined,
  before: ResourceRequirements | undefined,
): readonly FieldError[] =>
  (['requests', 'limits'] as const)
    .filter(which => Object.keys(before?.[which] ?? {}).some(name => after?.[which]?.[name] === undefined))
    .map(which => forbidden(`${path}.${which}`, `resource ${which} cannot be removed`))

const differsInComputeOnly = (after: Container, before: Container | undefined): boolean =>
  deepEqual(withoutCompute(withoutClaims(after)), withoutCompute(before))

/** What a container claims is not looked at where it is resized, and cannot be added so. */
const withoutClaims = ({ resources, ...rest }: Container): Container => {
  if (!resources) return rest
  const { claims: _, ...amounts } = resources
  return { ...rest, resources: amounts }
}

/** The container without its cpu and memory; no resources at all and empty ones are the same. */
const withoutCompute = (container: Container | undefined): object => {
  const { resources: { requests, limits, ...others } = {}, ...rest } = container ?? { name: '' }
  return { ...rest, ...others, requests: otherAmounts(requests), limits: otherAmounts(limits) }
}

const otherAmounts = (amounts: Amounts = {}): Amounts => {
  const { cpu: _cpu, memory: _memory, ...others } = amounts
  return others
}
