import protobuf from 'protobufjs/minimal.js'

/** A field of CRI: its number, and what it holds: a message by its name, or one of proto3's own kinds. `many`: repeated. */
export interface CriField {
  readonly number: number
  readonly holds: string
  readonly many: boolean
}

/** `name=number:kind`, `kind*` where it is repeated. */
const fields = (...texts: readonly string[]): Readonly<Record<string, CriField>> =>
  Object.fromEntries(
    texts.map(text => {
      const [, name = '', number = '', holds = '', many] = /^(\w+)=(\d+):(\w+)(\*)?$/.exec(text) ?? []
      return [name, { number: Number(number), holds, many: many === '*' }]
    }),
  )

/** Every field of every message that a sandbox and a container are made from: k8s.io/cri-api v0.35.4, runtime.v1. */
export const criMessages: Readonly<Record<string, Readonly<Record<string, CriField>>>> = {
  PodSandboxConfig: fields(
    'metadata=1:PodSandboxMetadata',
    'hostname=2:string',
    'log_directory=3:string',
    'dns_config=4:DNSConfig',
    'port_mappings=5:PortMapping*',
    'labels=6:map',
    'annotations=7:map',
    'linux=8:LinuxPodSandboxConfig',
    'windows=9:bytes',
  ),
  PodSandboxMetadata: fields('name=1:string', 'uid=2:string', 'namespace=3:string', 'attempt=4:int'),
  DNSConfig: fields('servers=1:string*', 'searches=2:string*', 'options=3:string*'),
  PortMapping: fields('protocol=1:int', 'container_port=2:int', 'host_port=3:int', 'host_ip=4:string'),
  LinuxPodSandboxConfig: fields(
    'cgroup_parent=1:string',
    'security_context=2:LinuxSandboxSecurityContext',
    'sysctls=3:map',
    'overhead=4:LinuxContainerResources',
    'resources=5:LinuxContainerResources',
  ),
  LinuxSandboxSecurityContext: fields(
    'namespace_options=1:NamespaceOption',
    'selinux_options=2:SELinuxOption',
    'run_as_user=3:Int64Value',
    'readonly_rootfs=4:bool',
    'supplemental_groups=5:int*',
    'privileged=6:bool',
    'seccomp_profile_path=7:string',
    'run_as_group=8:Int64Value',
    'seccomp=9:SecurityProfile',
    'apparmor=10:SecurityProfile',
    'supplemental_groups_policy=11:int',
  ),
  NamespaceOption: fields('network=1:int', 'pid=2:int', 'ipc=3:int', 'target_id=4:string', 'userns_options=5:bytes'),
  SELinuxOption: fields('user=1:string', 'role=2:string', 'type=3:string', 'level=4:string'),
  SecurityProfile: fields('profile_type=1:int', 'localhost_ref=2:string'),
  Int64Value: fields('value=1:int'),
  ContainerConfig: fields(
    'metadata=1:ContainerMetadata',
    'image=2:ImageSpec',
    'command=3:string*',
    'args=4:string*',
    'working_dir=5:string',
    'envs=6:KeyValue*',
    'mounts=7:Mount*',
    'devices=8:Device*',
    'labels=9:map',
    'annotations=10:map',
    'log_path=11:string',
    'stdin=12:bool',
    'stdin_once=13:bool',
    'tty=14:bool',
    'linux=15:LinuxContainerConfig',
    'windows=16:bytes',
    'CDI_devices=17:bytes*',
    'stop_signal=18:int',
  ),
  ContainerMetadata: fields('name=1:string', 'attempt=2:int'),
  ImageSpec: fields(
    'image=1:string',
    'annotations=2:map',
    'user_specified_image=18:string',
    'runtime_handler=19:string',
  ),
  Device: fields('container_path=1:string', 'host_path=2:string', 'permissions=3:string'),
  KeyValue: fields('key=1:string', 'value=2:string'),
  Mount: fields(
    'container_path=1:string',
    'host_path=2:string',
    'readonly=3:bool',
    'selinux_relabel=4:bool',
    'propagation=5:int',
    'uidMappings=6:bytes*',
    'gidMappings=7:bytes*',
    'recursive_read_only=8:bool',
    'image=9:ImageSpec',
    'image_sub_path=10:string',
  ),
  LinuxContainerConfig: fields(
    'resources=1:LinuxContainerResources',
    'security_context=2:LinuxContainerSecurityContext',
  ),
  LinuxContainerResources: fields(
    'cpu_period=1:int',
    'cpu_quota=2:int',
    'cpu_shares=3:int',
    'memory_limit_in_bytes=4:int',
    'oom_score_adj=5:int',
    'cpuset_cpus=6:string',
    'cpuset_mems=7:string',
    'hugepage_limits=8:HugepageLimit*',
    'unified=9:map',
    'memory_swap_limit_in_bytes=10:int',
  ),
  HugepageLimit: fields('page_size=1:string', 'limit=2:int'),
  LinuxContainerSecurityContext: fields(
    'capabilities=1:Capability',
    'privileged=2:bool',
    'namespace_options=3:NamespaceOption',
    'selinux_options=4:SELinuxOption',
    'run_as_user=5:Int64Value',
    'run_as_username=6:string',
    'readonly_rootfs=7:bool',
    'supplemental_groups=8:int*',
    'apparmor_profile=9:string',
    'seccomp_profile_path=10:string',
    'no_new_privs=11:bool',
    'run_as_group=12:Int64Value',
    'masked_paths=13:string*',
    'readonly_paths=14:string*',
    'seccomp=15:SecurityProfile',
    'apparmor=16:SecurityProfile',
    'supplemental_groups_policy=17:int',
  ),
  Capability: fields('add_capabilities=1:string*', 'drop_capabilities=2:string*', 'add_ambient_capabilities=3:string*'),
}

/** A message off the wire, by CRI's own names; `seen` collects `Message.field` of all that was there. */
export const readMessage = (name: string, bytes: Uint8Array, seen: Set<string>): Readonly<Record<string, unknown>> => {
  const reader = protobuf.Reader.create(bytes)
  const found: Record<string, unknown> = {}
  while (reader.pos < reader.len) {
    const head = reader.uint32()
    const [field, { holds, many }] = Object.entries(criMessages[name] ?? {}).find(
      ([, { number }]) => number === head >>> 3,
    ) ?? [undefined, { holds: '', many: false }]
    if (field === undefined) throw new Error(`${name} has no field ${head >>> 3}`)
    seen.add(`${name}.${field}`)
    const values = valuesOf(reader, head & 7, holds, seen)
    if (holds === 'map') found[field] = { ...(found[field] as object | undefined), ...(values[0] as object) }
    else if (many) found[field] = [...((found[field] as unknown[] | undefined) ?? []), ...values]
    else found[field] = values[0]
  }
  return found
}

const valuesOf = (reader: protobuf.Reader, wire: number, holds: string, seen: Set<string>): readonly unknown[] => {
  if (holds === 'bool') return [reader.bool()]
  if (holds === 'int' && wire === 0) return [Number(reader.int64())]
  if (holds === 'string') return [reader.string()]
  const bytes = reader.bytes()
  if (holds === 'int') {
    const packed = protobuf.Reader.create(bytes)
    const numbers: number[] = []
    while (packed.pos < packed.len) numbers.push(Number(packed.int64()))
    return numbers
  }
  if (holds === 'map') {
    const { key = '', value = '' } = readMessage('KeyValue', bytes, new Set()) as { key?: string; value?: string }
    return [{ [key]: value }]
  }
  return [holds === 'bytes' ? bytes : readMessage(holds, bytes, seen)]
}
