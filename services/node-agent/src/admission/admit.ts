import { nodeMisfit } from '@periplus/kinds'
import type { Node, Pod } from '@periplus/kinds'
import type { Pressure } from '../eviction/judge.ts'
import { containersOf } from '../plan/containers.ts'
import { portMappings } from '../pods/sandbox-config.ts'
import { plus, podRequests, read } from '../resources/pod-requests.ts'
import type { Requests } from '../resources/pod-requests.ts'
import type { NodeSettings } from '../settings.ts'
import type { Rejection } from './rejection.ts'
import { underPressure } from './under-pressure.ts'
import { forbiddenSysctl } from './sysctls.ts'

/**
 * The node's own look at a pod that was bound to it, as the kubelet takes it: the scheduler may have seen an older state, or
 * not have been asked. `active`: the pods that the node runs already.
 */
export const admit = (
  pod: Pod,
  active: readonly Pod[],
  node: Node | undefined,
  settings: NodeSettings,
  pressure: Pressure,
): Rejection | undefined => {
  const { spec } = pod
  const pressed = underPressure(pod, pressure)
  if (pressed) return pressed
  if (spec?.os && spec.os.name !== 'linux')
    return { reason: 'PodOSNotSupported', message: "Failed to admit pod as the OS field doesn't match node OS" }
  const sysctl = forbiddenSysctl(
    spec?.securityContext?.sysctls ?? [],
    spec?.hostNetwork ?? false,
    spec?.hostIPC ?? false,
  )
  if (sysctl) return { reason: 'SysctlForbidden', message: sysctl }
  if (usesAppArmor(pod) && !settings.features.appArmor)
    return { reason: 'AppArmor', message: 'Cannot enforce AppArmor: AppArmor is not enabled on the host' }
  if (spec?.securityContext?.supplementalGroupsPolicy === 'Strict')
    return {
      reason: 'SupplementalGroupsPolicyNotSupported',
      message: 'SupplementalGroupsPolicy=Strict is not supported in this node',
    }
  const short = shortage(pod, active, settings)
  if (short) return short
  const misfit = node && nodeMisfit(pod, node, ['NoExecute'])
  if (misfit?.tag === 'NodeName') return failed('NodeName', "node(s) didn't match the requested node name")
  if (misfit?.tag === 'NodeAffinity') return failed('NodeAffinity', "node(s) didn't match Pod's node affinity/selector")
  if (portsTaken(pod, active)) return failed('NodePorts', "node(s) didn't have free ports for the requested pod ports")
  if (misfit?.tag === 'TaintToleration')
    return failed('TaintToleration', "node(s) had taints that the pod didn't tolerate")
  return undefined
}

const failed = (predicate: string, description: string): Rejection => ({
  reason: predicate,
  message: `Predicate ${predicate} failed: ${description}`,
})

const usesAppArmor = (pod: Pod): boolean =>
  containersOf(pod)
    .map(({ securityContext }) => securityContext?.appArmorProfile ?? pod.spec?.securityContext?.appArmorProfile)
    .some(profile => profile !== undefined && profile.type !== 'Unconfined')

/** What the node has too little of for this pod beside `active`. */
export const shortage = (
  pod: Pod,
  active: readonly Pod[],
  { allocatable }: Pick<NodeSettings, 'allocatable'>,
): Rejection | undefined => {
  const most = Number(allocatable.pods)
  if (active.length + 1 > most) return outOf('pods', 1, active.length, most)
  const capacity = read(allocatable)
  const wanted = podRequests(pod)
  const used = active.map(podRequests).reduce(plus, { cpu: 0, memory: 0, 'ephemeral-storage': 0 })
  const names: readonly (keyof Requests)[] = ['cpu', 'memory', 'ephemeral-storage']
  const name = names.find(each => wanted[each] > 0 && wanted[each] + used[each] > capacity[each])
  return name && outOf(name, wanted[name], used[name], capacity[name])
}

const outOf = (name: string, requested: number, used: number, capacity: number): Rejection => ({
  reason: `OutOf${name}`,
  message: `Node didn't have enough resource: ${name}, requested: ${requested}, used: ${used}, capacity: ${capacity}`,
})

const portsTaken = (pod: Pod, active: readonly Pod[]): boolean => {
  const taken = active.flatMap(hostPorts)
  return hostPorts(pod).some(port =>
    taken.some(
      other =>
        other.hostPort === port.hostPort &&
        other.protocol === port.protocol &&
        (isAny(other.hostIp) || isAny(port.hostIp) || other.hostIp === port.hostIp),
    ),
  )
}

const hostPorts = portMappings

const isAny = (ip: string): boolean => ip === '' || ip === '0.0.0.0' || ip === '::'
