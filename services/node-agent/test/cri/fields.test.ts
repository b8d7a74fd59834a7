import assert from 'node:assert/strict'
import type { Container, Pod } from '@periplus/kinds'
import type { ContainerConfig } from '@periplus/runtime'
import { noFeatures } from '../../src/node/features.ts'
import { containerConfig } from '../../src/pods/container-config.ts'
import { sandboxConfig } from '../../src/pods/sandbox-config.ts'
import type { NodeSettings } from '../../src/settings.ts'
import { capture } from './capture.ts'
import { criMessages, readMessage } from './cri-messages.ts'

const amounts = { cpu: '4', memory: '16Gi', 'ephemeral-storage': '100Gi', pods: '110' }
const settings: NodeSettings = {
  nodeName: 'n1',
  hostname: 'n1',
  hostIps: [],
  clusterDns: [],
  clusterDomain: 'cluster.local',
  cgroupRoot: '/kubepods',
  seccompRoot: '/var/lib/kubelet/seccomp',
  features: { ...noFeatures, cgroup2: true, swapLimit: true, hugePageSizes: ['2MB', '1GB'] },
  singleProcessOomKill: false,
  allocatable: amounts,
  capacity: amounts,
}

const main: Container = {
  name: 'main',
  image: 'busybox:1.36',
  command: ['sh', '-c', 'echo $(A)'],
  args: ['x'],
  workingDir: '/work',
  stdin: true,
  stdinOnce: true,
  tty: true,
  ports: [{ containerPort: 80, hostPort: 8080, hostIP: '127.0.0.1', protocol: 'UDP' }],
  resources: {
    limits: { cpu: '500m', memory: '1Gi', 'hugepages-2Mi': '4Mi' },
    requests: { cpu: '250m', memory: '512Mi' },
  },
  securityContext: {
    runAsGroup: 3000,
    readOnlyRootFilesystem: true,
    allowPrivilegeEscalation: false,
    capabilities: { add: ['NET_ADMIN'], drop: ['ALL'] },
    seccompProfile: { type: 'Localhost', localhostProfile: 'strict.json' },
    appArmorProfile: { type: 'Localhost', localhostProfile: 'k8s-strict' },
    seLinuxOptions: { level: 's0:c1' },
  },
}

const full: Pod = {
  metadata: { name: 'web', namespace: 'default', uid: 'u1', labels: { app: 'web' }, annotations: { note: 'n' } },
  spec: {
    hostIPC: true,
    containers: [main, { name: 'root', securityContext: { privileged: true } }],
    overhead: { cpu: '100m', memory: '64Mi' },
    securityContext: {
      runAsUser: 1000,
      runAsGroup: 2000,
      fsGroup: 4000,
      supplementalGroups: [5000],
      sysctls: [{ name: 'net.ipv4.tcp_syncookies', value: '1' }],
      seLinuxOptions: { user: 'u', role: 'r', type: 't', level: 's0' },
    },
  },
}

const configOf = (pod: Pod, container: Container, target?: string, on = settings): ContainerConfig =>
  containerConfig({
    pod,
    container,
    attempt: 2,
    backOffSeconds: 0,
    image: { id: 'sha256:1', tags: [], digests: [], sizeBytes: 1, user: '' },
    env: new Map([['A', 'a']]),
    mounts: [
      { containerPath: '/data', hostPath: '/h', readOnly: true, recursiveReadOnly: true, propagation: 'bidirectional' },
    ],
    devices: [{ containerPath: '/dev/x', hostPath: '/dev/loop9', readOnly: false }],
    sandbox: sandboxConfig(pod, 3, {
      logDirectory: '/var/log/pods/default_web_u1',
      dns: { servers: ['10.96.0.10'], searches: ['svc.cluster.local'], options: ['ndots:5'] },
      settings: on,
      hostname: 'web',
      runtimeHandler: '',
    }),
    settings: on,
    target,
  })

/** What is never sent, and why; everything else of CRI is. */
const unsent: Readonly<Record<string, string>> = {
  'PodSandboxConfig.windows': 'Windows',
  'ContainerConfig.windows': 'Windows',
  'LinuxSandboxSecurityContext.readonly_rootfs': 'a kubelet leaves it: the pause image is the runtime’s own',
  'LinuxSandboxSecurityContext.seccomp_profile_path': 'deprecated: seccomp is sent',
  'LinuxContainerSecurityContext.seccomp_profile_path': 'deprecated: seccomp is sent',
  'LinuxSandboxSecurityContext.apparmor': 'a kubelet leaves it',
  'LinuxSandboxSecurityContext.supplemental_groups_policy':
    'Merge is 0; Strict is refused at admission, as on nodes without it',
  'LinuxContainerSecurityContext.supplemental_groups_policy':
    'Merge is 0; Strict is refused at admission, as on nodes without it',
  'LinuxContainerSecurityContext.run_as_username':
    'only the image’s user has a name, and the runtime takes that itself',
  'NamespaceOption.userns_options': 'hostUsers: false is refused with the sandbox',
  'Capability.add_ambient_capabilities': 'Kubernetes has no field for it',
  'ContainerConfig.CDI_devices': 'dynamic resources are not there',
  'ContainerConfig.stop_signal': 'lifecycle.stopSignal is refused: containerd 1.6 does not read it',
  'ImageSpec.annotations': 'a kubelet sends them with pulls only, for runtimes of virtual machines',
  'ImageSpec.runtime_handler': 'a feature gate that is off',
  'Mount.selinux_relabel': 'asked of volume plugins, which relabel where SELinux is enabled; none here does',
  'Mount.uidMappings': 'user namespaces are refused',
  'Mount.gidMappings': 'user namespaces are refused',
  'Mount.image': 'containerd 1.6 does not read it: images are mounted by way of its snapshots, and are paths then',
  'Mount.image_sub_path': 'the node resolves it, as every subPath',
  'LinuxContainerResources.cpuset_cpus': 'set by the static CPU manager only; the policy is none',
  'LinuxContainerResources.cpuset_mems': 'set by the static memory manager only; the policy is none',
  'LinuxContainerResources.memory_swap_limit_in_bytes': 'of cgroup version 1, where it is sent in place of unified',
}

describe('what reaches CRI', () => {
  it('is every field of its messages that a kubelet fills in, or there is a reason', async () => {
    const seen = new Set<string>()
    const first = await capture(configOf(full, main))
    readMessage('PodSandboxConfig', first.sandbox, seen)
    readMessage('ContainerConfig', first.container, seen)
    // What excludes each other: another pod.
    const second = await capture(
      configOf(
        { ...full, spec: { ...full.spec, containers: [], hostNetwork: true } },
        {
          name: 'root',
          securityContext: { privileged: true },
        },
        'target',
      ),
    )
    readMessage('ContainerConfig', second.container, seen)
    const all = Object.entries(criMessages).flatMap(([name, fields]) =>
      Object.keys(fields).map(each => `${name}.${each}`),
    )
    assert.deepEqual(
      all.filter(name => seen.has(name) === name in unsent),
      [],
    )
    assert.deepEqual(
      Object.keys(unsent).filter(name => !all.includes(name)),
      [],
    )
  })

  it('is a sandbox as a kubelet describes it', async () => {
    const { sandbox } = await capture(configOf(full, main))
    assert.deepEqual(readMessage('PodSandboxConfig', sandbox, new Set()), {
      metadata: { name: 'web', uid: 'u1', namespace: 'default', attempt: 3 },
      hostname: 'web',
      log_directory: '/var/log/pods/default_web_u1',
      dns_config: { servers: ['10.96.0.10'], searches: ['svc.cluster.local'], options: ['ndots:5'] },
      port_mappings: [{ protocol: 1, container_port: 80, host_port: 8080, host_ip: '127.0.0.1' }],
      labels: {
        app: 'web',
        'io.kubernetes.pod.name': 'web',
        'io.kubernetes.pod.namespace': 'default',
        'io.kubernetes.pod.uid': 'u1',
      },
      annotations: { note: 'n' },
      linux: {
        cgroup_parent: '/kubepods/burstable/podu1',
        security_context: {
          namespace_options: { pid: 1, ipc: 2 },
          selinux_options: { user: 'u', role: 'r', type: 't', level: 's0' },
          run_as_user: { value: 1000 },
          run_as_group: { value: 2000 },
          supplemental_groups: [4000, 5000],
          privileged: true,
          seccomp: {},
        },
        sysctls: { 'net.ipv4.tcp_syncookies': '1' },
        resources: { ...figures, cpu_shares: 256, cpu_quota: 50_000, memory_limit_in_bytes: 2 ** 30 },
        overhead: { ...figures, cpu_shares: 102, cpu_quota: 10_000, memory_limit_in_bytes: 64 * 2 ** 20 },
      },
    })
  })

  it('is a container as a kubelet describes it', async () => {
    const { container } = await capture(configOf(full, main))
    const { annotations, ...config } = readMessage('ContainerConfig', container, new Set())
    assert.ok(annotations)
    assert.deepEqual(config, {
      metadata: { name: 'main', attempt: 2 },
      image: { image: 'sha256:1', user_specified_image: 'busybox:1.36' },
      command: ['sh', '-c', 'echo a'],
      args: ['x'],
      working_dir: '/work',
      envs: [{ key: 'A', value: 'a' }],
      mounts: [{ container_path: '/data', host_path: '/h', readonly: true, propagation: 2, recursive_read_only: true }],
      devices: [{ container_path: '/dev/x', host_path: '/dev/loop9', permissions: 'mrw' }],
      labels: {
        'io.kubernetes.pod.name': 'web',
        'io.kubernetes.pod.namespace': 'default',
        'io.kubernetes.pod.uid': 'u1',
        'io.kubernetes.container.name': 'main',
      },
      log_path: 'main/2.log',
      stdin: true,
      stdin_once: true,
      tty: true,
      linux: {
        resources: {
          ...figures,
          cpu_shares: 256,
          cpu_quota: 50_000,
          memory_limit_in_bytes: 2 ** 30,
          oom_score_adj: 969,
          hugepage_limits: [{ page_size: '2MB', limit: 4 * 2 ** 20 }, { page_size: '1GB' }],
        },
        security_context: {
          capabilities: { add_capabilities: ['NET_ADMIN'], drop_capabilities: ['ALL'] },
          namespace_options: { pid: 1, ipc: 2 },
          selinux_options: { level: 's0:c1' },
          run_as_user: { value: 1000 },
          run_as_group: { value: 3000 },
          readonly_rootfs: true,
          supplemental_groups: [4000, 5000],
          no_new_privs: true,
          masked_paths: [
            '/proc/asound',
            '/proc/acpi',
            '/proc/interrupts',
            '/proc/kcore',
            '/proc/keys',
            '/proc/latency_stats',
            '/proc/timer_list',
            '/proc/timer_stats',
            '/proc/sched_debug',
            '/proc/scsi',
            '/sys/firmware',
            '/sys/devices/virtual/powercap',
          ],
          readonly_paths: ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'],
          seccomp: { profile_type: 2, localhost_ref: '/var/lib/kubelet/seccomp/strict.json' },
          apparmor: { profile_type: 2, localhost_ref: 'k8s-strict' },
          apparmor_profile: 'localhost/k8s-strict',
        },
      },
    })
  })

  const security = async (container: Container, spec: Partial<NonNullable<Pod['spec']>> = {}) => {
    const pod: Pod = { ...full, spec: { containers: [container], ...spec } }
    const message = readMessage('ContainerConfig', (await capture(configOf(pod, container))).container, new Set())
    return (message['linux'] as { security_context: Record<string, unknown> }).security_context
  }

  it('says that a container without a seccomp profile is unconfined, and leaves it AppArmor’s default', async () => {
    const { seccomp, apparmor, apparmor_profile } = await security({ name: 'plain' })
    assert.deepEqual([seccomp, apparmor, apparmor_profile], [{ profile_type: 1 }, undefined, undefined])
  })

  it('limits memory and swap together where cgroups are of version 1', async () => {
    const old = { ...settings, features: { ...noFeatures, swapLimit: true }, singleProcessOomKill: true }
    const config = configOf(full, main, undefined, old)
    const message = readMessage('ContainerConfig', (await capture(config)).container, new Set())
    const { resources } = message['linux'] as { resources: Record<string, unknown> }
    assert.deepEqual(
      [resources['memory_limit_in_bytes'], resources['memory_swap_limit_in_bytes'], resources['unified']],
      [2 ** 30, 2 ** 30, undefined],
    )
  })

  it('says who shares which namespaces', async () => {
    const namespaces = async (spec: Partial<NonNullable<Pod['spec']>>) =>
      (await security({ name: 'c' }, spec))['namespace_options']
    assert.deepEqual(await namespaces({}), { pid: 1 })
    assert.deepEqual(await namespaces({ shareProcessNamespace: true }), {})
    assert.deepEqual(await namespaces({ hostPID: true, hostIPC: true, hostNetwork: true }), {
      network: 2,
      pid: 2,
      ipc: 2,
    })
  })
})

const figures = {
  cpu_period: 100_000,
  unified: { 'memory.oom.group': '1', 'memory.swap.max': '0' },
}
