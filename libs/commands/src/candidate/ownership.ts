import { formatTime, isCustomSchema, serverSideApply, inVersion } from '@periplus/api'
import type { FieldSet, Kind, KindRegistry, KubernetesObject, OwnershipContext, Stored } from '@periplus/api'
import type { Origin } from '@periplus/log'
import type { Command } from '../command.ts'
import { storeAs } from '../record/versions.ts'
import { asJson } from './json.ts'

/** What saying who owns fields takes besides the objects. */
export interface OwnershipMoment {
  readonly origin: Origin
  /** Milliseconds since the Unix epoch. */
  readonly now: number
  readonly kinds: () => KindRegistry
}

const { noFields } = serverSideApply

/** Kubernetes' names of the components that decide and run. */
const components: Readonly<Record<string, string>> = {
  controller: 'kube-controller-manager',
  scheduler: 'kube-scheduler',
  node: 'kubelet',
}

/** Who owns what a command sets: whoever it names, or the component that writes. */
export const managerOf = (command: Command, { actor, component }: Origin): string => {
  const named = command.verb === 'delete' ? undefined : command.fieldManager
  return named ?? components[actor.slice(0, actor.indexOf(':'))] ?? component
}

const status: FieldSet = { 'f:status': noFields }
const spec: FieldSet = { 'f:spec': noFields }

/** Fields that what is written never sets, whatever it says. */
const ignoredBy = ({ hasStatus }: Kind, subresource: string): FieldSet =>
  subresource === 'status' ? spec : subresource === '' && hasStatus ? status : noFields

/** Of the kind's versions the one that this text names. */
const versionOf = ({ group, resource }: Kind, kinds: KindRegistry, apiVersion: unknown): Kind | undefined => {
  if (typeof apiVersion !== 'string') return undefined
  const [named = '', version = ''] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion]
  return named === group ? kinds.byResource(group, version, resource) : undefined
}

/** An object, in whichever version of the kind it is, in another. */
const inOtherVersion =
  (kind: Kind, kinds: () => KindRegistry): OwnershipContext['inVersion'] =>
  (object, apiVersion) => {
    const other = versionOf(kind, kinds(), apiVersion)
    if (!other) return undefined
    const type = serverSideApply.mergeTypeOf(other.schema)
    const given = asJson(object)
    const own = versionOf(kind, kinds(), given['apiVersion'])
    // An object that is being made has nothing to convert.
    if (!own || own.version === other.version) return { object, type }
    const stored = storeAs(own, given as KubernetesObject, kinds) as Stored<KubernetesObject>
    return { object: inVersion(other, stored), type }
  }

/** For one write of an object of a kind. */
export const ownershipContext = (
  kind: Kind,
  subresource: string,
  { now, kinds }: OwnershipMoment,
): OwnershipContext => ({
  type: serverSideApply.mergeTypeOf(kind.schema),
  ignored: ignoredBy(kind, subresource),
  inVersion: inOtherVersion(kind, kinds),
  isDescribed: isCustomSchema(kind.schema),
  now: formatTime(now),
})
