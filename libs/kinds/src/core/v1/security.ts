import { schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'

const { boolean, int64, list, optional, required, string, struct } = schema
const pkg = 'io.k8s.api.core.v1'

export const AppArmorProfile = struct(`${pkg}.AppArmorProfile`, {
  localhostProfile: optional(2, string),
  type: required(1, string),
})
export interface AppArmorProfile extends TypeOf<typeof AppArmorProfile> {}

export const Capabilities = struct(`${pkg}.Capabilities`, {
  add: optional(1, list(string), { listType: 'atomic' }),
  drop: optional(2, list(string), { listType: 'atomic' }),
})
export interface Capabilities extends TypeOf<typeof Capabilities> {}

export const SELinuxOptions = struct(`${pkg}.SELinuxOptions`, {
  level: optional(4, string),
  role: optional(2, string),
  type: optional(3, string),
  user: optional(1, string),
})
export interface SELinuxOptions extends TypeOf<typeof SELinuxOptions> {}

export const SeccompProfile = struct(`${pkg}.SeccompProfile`, {
  localhostProfile: optional(2, string),
  type: required(1, string),
})
export interface SeccompProfile extends TypeOf<typeof SeccompProfile> {}

export const Sysctl = struct(`${pkg}.Sysctl`, {
  name: required(1, string),
  value: required(2, string),
})
export interface Sysctl extends TypeOf<typeof Sysctl> {}

export const WindowsSecurityContextOptions = struct(`${pkg}.WindowsSecurityContextOptions`, {
  gmsaCredentialSpec: optional(2, string),
  gmsaCredentialSpecName: optional(1, string),
  hostProcess: optional(4, boolean),
  runAsUserName: optional(3, string),
})
export interface WindowsSecurityContextOptions extends TypeOf<typeof WindowsSecurityContextOptions> {}

export const PodSecurityContext = struct(`${pkg}.PodSecurityContext`, {
  appArmorProfile: optional(11, AppArmorProfile),
  fsGroup: optional(5, int64),
  fsGroupChangePolicy: optional(9, string),
  runAsGroup: optional(6, int64),
  runAsNonRoot: optional(3, boolean),
  runAsUser: optional(2, int64),
  seLinuxChangePolicy: optional(13, string),
  seLinuxOptions: optional(1, SELinuxOptions),
  seccompProfile: optional(10, SeccompProfile),
  supplementalGroups: optional(4, list(int64), { listType: 'atomic' }),
  supplementalGroupsPolicy: optional(12, string),
  sysctls: optional(7, list(Sysctl), { listType: 'atomic' }),
  windowsOptions: optional(8, WindowsSecurityContextOptions),
})
export interface PodSecurityContext extends TypeOf<typeof PodSecurityContext> {}

export const SecurityContext = struct(`${pkg}.SecurityContext`, {
  allowPrivilegeEscalation: optional(7, boolean),
  appArmorProfile: optional(12, AppArmorProfile),
  capabilities: optional(1, Capabilities),
  privileged: optional(2, boolean),
  procMount: optional(9, string),
  readOnlyRootFilesystem: optional(6, boolean),
  runAsGroup: optional(8, int64),
  runAsNonRoot: optional(5, boolean),
  runAsUser: optional(4, int64),
  seLinuxOptions: optional(3, SELinuxOptions),
  seccompProfile: optional(11, SeccompProfile),
  windowsOptions: optional(10, WindowsSecurityContextOptions),
})
export interface SecurityContext extends TypeOf<typeof SecurityContext> {}
