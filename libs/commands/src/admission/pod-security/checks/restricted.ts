import { distinct, named, offenders, quoted, setters } from '../check.ts'
import type { PodCheck, PodRule } from '../check.ts'
import { badSeccomp, procMount } from './baseline.ts'
import { outsideUserNamespaces } from './user-namespace.ts'

const privilegeEscalation: PodRule = pod => {
  const { names } = offenders(pod, ({ securityContext }) =>
    securityContext?.allowPrivilegeEscalation === false ? [] : ['unset'],
  )
  if (names.length === 0) return undefined
  return {
    reason: 'allowPrivilegeEscalation != false',
    detail: `${named('container', names)} must set securityContext.allowPrivilegeEscalation=false`,
  }
}

const capabilities: PodRule = pod => {
  const keeping = offenders(pod, ({ securityContext }) =>
    securityContext?.capabilities?.drop?.includes('ALL') ? [] : ['ALL'],
  )
  const adding = offenders(pod, ({ securityContext }) =>
    (securityContext?.capabilities?.add ?? []).filter(name => name !== 'NET_BIND_SERVICE'),
  )
  const added = quoted(distinct(adding.values))
  const details = [
    ...(keeping.names.length > 0
      ? [`${named('container', keeping.names)} must set securityContext.capabilities.drop=["ALL"]`]
      : []),
    ...(adding.names.length > 0
      ? [`${named('container', adding.names)} must not include ${added} in securityContext.capabilities.add`]
      : []),
  ]
  return details.length === 0 ? undefined : { reason: 'unrestricted capabilities', detail: details.join('; ') }
}

const unrestrictedVolumes: ReadonlySet<string> = new Set([
  ...['configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral', 'image', 'persistentVolumeClaim', 'projected'],
  'secret',
])

const volumes: PodRule = ({ spec }) => {
  const bad = (spec.volumes ?? []).flatMap(({ name, ...sources }) => {
    const types = Object.keys(sources).filter(type => sources[type as keyof typeof sources] !== undefined)
    return types.some(type => unrestrictedVolumes.has(type)) ? [] : [{ name, type: types[0] ?? 'unknown' }]
  })
  if (bad.length === 0) return undefined
  const types = distinct(bad.map(({ type }) => type))
  const names = bad.map(({ name }) => name)
  const use = names.length === 1 ? 'uses' : 'use'
  return {
    reason: 'restricted volume types',
    detail: `${named('volume', names)} ${use} ${named('restricted volume type', types)}`,
  }
}

const nonRoot: PodRule = pod => {
  const reason = 'runAsNonRoot != true'
  const ofPod = pod.spec.securityContext?.runAsNonRoot
  const refusing = offenders(pod, ({ securityContext }) => (securityContext?.runAsNonRoot === false ? ['false'] : []))
  const who = setters(ofPod === false, refusing.names)
  if (who !== '') return { reason, detail: `${who} must not set securityContext.runAsNonRoot=false` }
  const silent = offenders(pod, ({ securityContext }) =>
    securityContext?.runAsNonRoot === undefined && !ofPod ? ['unset'] : [],
  )
  if (silent.names.length === 0) return undefined
  return { reason, detail: `pod or ${named('container', silent.names)} must set securityContext.runAsNonRoot=true` }
}

const notRootUser: PodRule = pod => {
  const { names } = offenders(pod, ({ securityContext }) => (securityContext?.runAsUser === 0 ? ['0'] : []))
  const who = setters(pod.spec.securityContext?.runAsUser === 0, names)
  return who === '' ? undefined : { reason: 'runAsUser=0', detail: `${who} must not set runAsUser=0` }
}

const seccomp: PodRule = pod => {
  const reason = 'seccompProfile'
  const ofPod = pod.spec.securityContext?.seccompProfile
  const byPod = badSeccomp(ofPod?.type)
  const bad = offenders(pod, ({ securityContext }) => badSeccomp(securityContext?.seccompProfile?.type))
  const who = setters(byPod.length > 0, bad.names)
  const values = quoted(distinct([...byPod, ...bad.values]))
  if (who !== '') return { reason, detail: `${who} must not set securityContext.seccompProfile.type to ${values}` }
  const silent = offenders(pod, ({ securityContext }) =>
    securityContext?.seccompProfile === undefined && ofPod === undefined ? ['unset'] : [],
  )
  if (silent.names.length === 0) return undefined
  const wanted = 'must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"'
  return { reason, detail: `pod or ${named('container', silent.names)} ${wanted}` }
}

/** Windows has none of these settings, and validation keeps such pods from having them. */
const onLinux =
  (rule: PodRule): PodRule =>
  pod =>
    pod.spec.os?.name === 'windows' ? undefined : rule(pod)

const restricted = (id: string, rules: PodCheck['rules'], instead?: string): PodCheck => ({
  id,
  level: 'restricted',
  rules,
  ...(instead ? { instead } : {}),
})

/** What a pod keeps besides, where nothing is trusted (Pod Security Standards, "Restricted"). */
export const restrictedChecks: readonly PodCheck[] = [
  restricted('allowPrivilegeEscalation', [
    [8, privilegeEscalation],
    [25, onLinux(privilegeEscalation)],
  ]),
  restricted(
    'capabilities_restricted',
    [
      [22, capabilities],
      [25, onLinux(capabilities)],
    ],
    'capabilities_baseline',
  ),
  restricted('procMount_restricted', [[35, procMount]], 'procMount'),
  restricted('restrictedVolumes', [[0, volumes]], 'hostPathVolumes'),
  restricted('runAsNonRoot', [
    [0, nonRoot],
    [35, outsideUserNamespaces(nonRoot)],
  ]),
  restricted('runAsUser', [
    [23, notRootUser],
    [35, outsideUserNamespaces(notRootUser)],
  ]),
  restricted(
    'seccompProfile_restricted',
    [
      [19, seccomp],
      [25, onLinux(seccomp)],
    ],
    'seccompProfile_baseline',
  ),
]
