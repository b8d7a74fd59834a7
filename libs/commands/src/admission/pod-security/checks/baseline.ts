import type { Container, LifecycleHandler, Probe, SELinuxOptions } from '@periplus/kinds'
import { distinct, named, offenders, plural, quoted, setters } from '../check.ts'
import type { PodCheck, PodRule } from '../check.ts'
import { outsideUserNamespaces } from './user-namespace.ts'

const appArmorPrefix = 'container.apparmor.security.beta.kubernetes.io/'

const badAppArmor = (type: string | undefined): readonly string[] =>
  type === undefined || type === 'RuntimeDefault' || type === 'Localhost' ? [] : [type]

const appArmor: PodRule = pod => {
  const byPod = badAppArmor(pod.spec.securityContext?.appArmorProfile?.type)
  const byContainers = offenders(pod, ({ securityContext }) => badAppArmor(securityContext?.appArmorProfile?.type))
  const annotations = Object.entries(pod.metadata?.annotations ?? {})
    .filter(([key, value]) => key.startsWith(appArmorPrefix) && !/^(|runtime\/default|localhost\/.*)$/s.test(value))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .sort()
  const who = [
    setters(byPod.length > 0, byContainers.names),
    ...(annotations.length > 0 ? [plural('annotation', annotations.length)] : []),
  ].filter(name => name !== '')
  if (who.length === 0) return undefined
  const values = [...distinct([...byPod, ...byContainers.values]), ...annotations]
  return {
    reason: plural('forbidden AppArmor profile', values.length),
    detail: `${who.join(' and ')} must not set AppArmor profile type to ${quoted(values)}`,
  }
}

const defaultCapabilities: ReadonlySet<string> = new Set([
  ...['AUDIT_WRITE', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'MKNOD', 'NET_BIND_SERVICE', 'SETFCAP'],
  ...['SETGID', 'SETPCAP', 'SETUID', 'SYS_CHROOT'],
])

const capabilities: PodRule = pod => {
  const { names, values } = offenders(pod, ({ securityContext }) =>
    (securityContext?.capabilities?.add ?? []).filter(name => !defaultCapabilities.has(name)),
  )
  if (names.length === 0) return undefined
  const detail = `${named('container', names)} must not include ${quoted(distinct(values))} in securityContext.capabilities.add`
  return { reason: 'non-default capabilities', detail }
}

const hostNamespaces: PodRule = ({ spec }) => {
  const shared = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter(name => spec[name])
  if (shared.length === 0) return undefined
  return { reason: 'host namespaces', detail: shared.map(name => `${name}=true`).join(', ') }
}

const hostPathVolumes: PodRule = ({ spec }) => {
  const volumes = (spec.volumes ?? []).filter(({ hostPath }) => hostPath).map(({ name }) => name)
  return volumes.length === 0 ? undefined : { reason: 'hostPath volumes', detail: named('volume', volumes) }
}

const hostPorts: PodRule = pod => {
  const { names, values } = offenders(pod, ({ ports }) =>
    (ports ?? []).flatMap(({ hostPort }) => (hostPort ? [String(hostPort)] : [])),
  )
  if (names.length === 0) return undefined
  const ports = distinct(values)
  const use = names.length === 1 ? 'uses' : 'use'
  return {
    reason: 'hostPort',
    detail: `${named('container', names)} ${use} ${plural('hostPort', ports.length)} ${ports.join(', ')}`,
  }
}

const hostsOf = (handler: Probe | LifecycleHandler | undefined): readonly string[] =>
  [handler?.httpGet?.host, handler?.tcpSocket?.host].flatMap(host => (host ? [host] : []))

const hostProbes: PodRule = pod => {
  const { names, values } = offenders(pod, container =>
    [
      ...[container.livenessProbe, container.readinessProbe, container.startupProbe],
      ...[container.lifecycle?.postStart, container.lifecycle?.preStop],
    ].flatMap(hostsOf),
  )
  if (names.length === 0) return undefined
  const [containers, hosts] = [distinct(names), distinct(values)]
  const use = containers.length === 1 ? 'uses' : 'use'
  return {
    reason: 'probe or lifecycle host',
    detail: `${named('container', containers)} ${use} ${named('probe or lifecycle host', hosts)}`,
  }
}

const privileged: PodRule = pod => {
  const { names } = offenders(pod, ({ securityContext }) => (securityContext?.privileged ? ['privileged'] : []))
  if (names.length === 0) return undefined
  return {
    reason: 'privileged',
    detail: `${named('container', names)} must not set securityContext.privileged=true`,
  }
}

export const procMount: PodRule = pod => {
  const { names, values } = offenders(pod, ({ securityContext }) => {
    const type = securityContext?.procMount
    return type === undefined || type === 'Default' ? [] : [type]
  })
  if (names.length === 0) return undefined
  const detail = `${named('container', names)} must not set securityContext.procMount to ${quoted(distinct(values))}`
  return { reason: 'procMount', detail }
}

const seLinux =
  (types: readonly string[]): PodRule =>
  pod => {
    const problems = (options: SELinuxOptions | undefined): readonly string[] => [
      ...(types.includes(options?.type ?? '') ? [] : [`type ${options?.type}`]),
      ...(options?.user ? ['user'] : []),
      ...(options?.role ? ['role'] : []),
    ]
    const byPod = problems(pod.spec.securityContext?.seLinuxOptions)
    const byContainers = offenders(pod, ({ securityContext }) => problems(securityContext?.seLinuxOptions))
    const who = setters(byPod.length > 0, byContainers.names)
    if (who === '') return undefined
    const all = distinct([...byPod, ...byContainers.values])
    const bad = all.filter(problem => problem.startsWith('type ')).map(problem => problem.slice('type '.length))
    const what = [
      ...(bad.length > 0 ? [named('type', bad)] : []),
      ...['user', 'role'].filter(name => all.includes(name)).map(name => `${name} may not be set`),
    ]
    return {
      reason: 'seLinuxOptions',
      detail: `${who} set forbidden securityContext.seLinuxOptions: ${what.join('; ')}`,
    }
  }

const containerTypes = ['', 'container_t', 'container_init_t', 'container_kvm_t']

const seccompAnnotations: PodRule = ({ metadata, spec }) => {
  const prefix = 'seccomp.security.alpha.kubernetes.io/'
  const names = [...(spec.initContainers ?? []), ...spec.containers, ...(spec.ephemeralContainers ?? [])]
  const keys = [`${prefix}pod`, ...names.map(({ name }) => `container.${prefix}${name}`)]
  const annotations = metadata?.annotations ?? {}
  const bad = distinct(
    keys
      .filter(key => Object.hasOwn(annotations, key))
      .filter(key => !/^(runtime\/default|docker\/default|localhost\/.*)$/s.test(annotations[key] ?? ''))
      .map(key => `${key}=${JSON.stringify(annotations[key])}`),
  )
  if (bad.length === 0) return undefined
  return { reason: 'seccompProfile', detail: `forbidden ${plural('annotation', bad.length)} ${bad.join(', ')}` }
}

/** Types of profiles that a container may not have, or none. */
export const badSeccomp = (type: string | undefined): readonly string[] =>
  type === undefined || type === 'RuntimeDefault' || type === 'Localhost' ? [] : [type]

export const seccomp: PodRule = pod => {
  const byPod = badSeccomp(pod.spec.securityContext?.seccompProfile?.type)
  const byContainers = offenders(pod, ({ securityContext }: Container) =>
    badSeccomp(securityContext?.seccompProfile?.type),
  )
  const who = setters(byPod.length > 0, byContainers.names)
  if (who === '') return undefined
  const values = quoted(distinct([...byPod, ...byContainers.values]))
  return { reason: 'seccompProfile', detail: `${who} must not set securityContext.seccompProfile.type to ${values}` }
}

const sysctls =
  (allowed: readonly string[]): PodRule =>
  ({ spec }) => {
    const bad = (spec.securityContext?.sysctls ?? []).map(({ name }) => name).filter(name => !allowed.includes(name))
    return bad.length === 0 ? undefined : { reason: 'forbidden sysctls', detail: bad.join(', ') }
  }

const sysctls10 = [
  ...['kernel.shm_rmid_forced', 'net.ipv4.ip_local_port_range', 'net.ipv4.tcp_syncookies'],
  ...['net.ipv4.ping_group_range', 'net.ipv4.ip_unprivileged_port_start'],
]
const sysctls27 = [...sysctls10, 'net.ipv4.ip_local_reserved_ports']
const sysctls29 = [
  ...[...sysctls27, 'net.ipv4.tcp_keepalive_time', 'net.ipv4.tcp_fin_timeout'],
  ...['net.ipv4.tcp_keepalive_intvl', 'net.ipv4.tcp_keepalive_probes'],
]
const sysctls32 = [...sysctls29, 'net.ipv4.tcp_rmem', 'net.ipv4.tcp_wmem']

const hostProcess: PodRule = pod => {
  const { names } = offenders(pod, ({ securityContext }) =>
    securityContext?.windowsOptions?.hostProcess ? ['hostProcess'] : [],
  )
  const who = setters(pod.spec.securityContext?.windowsOptions?.hostProcess === true, names)
  if (who === '') return undefined
  return { reason: 'hostProcess', detail: `${who} must not set securityContext.windowsOptions.hostProcess=true` }
}

const baseline = (id: string, ...rules: PodCheck['rules']): PodCheck => ({ id, level: 'baseline', rules })

/** What every pod keeps that is not trusted with its node (Pod Security Standards, "Baseline"). */
export const baselineChecks: readonly PodCheck[] = [
  baseline('appArmorProfile', [0, appArmor]),
  baseline('capabilities_baseline', [0, capabilities]),
  baseline('hostNamespaces', [0, hostNamespaces]),
  baseline('hostPathVolumes', [0, hostPathVolumes]),
  baseline('hostPorts', [0, hostPorts]),
  baseline('hostProbesAndHostLifecycle', [34, hostProbes]),
  baseline('privileged', [0, privileged]),
  baseline('procMount', [0, procMount], [35, outsideUserNamespaces(procMount)]),
  baseline('seLinuxOptions', [0, seLinux(containerTypes)], [31, seLinux([...containerTypes, 'container_engine_t'])]),
  baseline('seccompProfile_baseline', [0, seccompAnnotations], [19, seccomp]),
  baseline(
    'sysctls',
    [0, sysctls(sysctls10)],
    [27, sysctls(sysctls27)],
    [29, sysctls(sysctls29)],
    [32, sysctls(sysctls32)],
  ),
  baseline('windowsHostProcess', [0, hostProcess]),
]
