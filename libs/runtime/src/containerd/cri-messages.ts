import {
  containerConfigMessage,
  containerMetadata,
  imageSpec,
  linuxResourcesMessage,
  sandboxConfigMessage,
  sandboxMetadata,
  wrapped,
} from './cri-configs.ts'
import { bool, bytes, integer, many, message, one, optional, string, strings } from '@periplus/grpc'

/** The messages of CRI v1 (`runtime.v1`, k8s.io/cri-api) that a node needs, as field numbers. Left out: checkpoints, metrics. */
const sandbox = message({
  id: one(1, string),
  metadata: one(2, sandboxMetadata),
  state: one(3, integer),
  createdAt: one(4, integer),
  labels: strings(5),
  annotations: strings(6),
})

const sandboxStatus = message({
  id: one(1, string),
  state: one(3, integer),
  network: one(5, message({ ip: one(1, string), more: many(2, message({ ip: one(1, string) })) })),
})

const container = message({ id: one(1, string), sandboxId: one(2, string), state: one(6, integer) })

export const containerStatusMessage = message({
  id: one(1, string),
  metadata: one(2, containerMetadata),
  state: one(3, integer),
  createdAt: one(4, integer),
  startedAt: one(5, integer),
  finishedAt: one(6, integer),
  exitCode: one(7, integer),
  image: one(8, imageSpec),
  imageRef: one(9, string),
  reason: one(10, string),
  message: one(11, string),
  labels: strings(12),
  annotations: strings(13),
  logPath: one(15, string),
})

export const imageMessage = message({
  id: one(1, string),
  tags: many(2, string),
  digests: many(3, string),
  size: one(4, integer),
  uid: optional(5, wrapped),
  userName: one(6, string),
})

const usage = (number: number) => message({ value: one(number, wrapped) })
const containerStats = message({
  attributes: one(1, message({ id: one(1, string) })),
  cpu: one(2, usage(2)),
  memory: one(3, usage(2)),
})

const empty = message({})
const sandboxId = message({ id: one(1, string) })
const containerId = message({ id: one(1, string) })
const url = message({ url: one(1, string) })

export const call = <I, O>(path: string, request: I, response: O) => ({ path, request, response })
const runtime = <I, O>(method: string, request: I, response: O) =>
  call(`/runtime.v1.RuntimeService/${method}`, request, response)
const images = <I, O>(method: string, request: I, response: O) =>
  call(`/runtime.v1.ImageService/${method}`, request, response)

/** The calls, by CRI's own names. */
export const cri = {
  version: runtime('Version', empty, message({ name: one(2, string), version: one(3, string) })),
  status: runtime(
    'Status',
    message({ verbose: one(1, bool) }),
    message({
      status: one(
        1,
        message({
          conditions: many(
            1,
            message({ type: one(1, string), status: one(2, bool), reason: one(3, string), message: one(4, string) }),
          ),
        }),
      ),
      // Of no fixed form: containerd's own words, in JSON.
      info: strings(2),
      // Since CRI of Kubernetes 1.30.
      handlers: many(
        3,
        message({
          name: one(1, string),
          features: one(2, message({ recursiveReadOnlyMounts: one(1, bool), userNamespaces: one(2, bool) })),
        }),
      ),
    }),
  ),
  runPodSandbox: runtime(
    'RunPodSandbox',
    message({ config: one(1, sandboxConfigMessage), runtimeHandler: one(2, string) }),
    sandboxId,
  ),
  stopPodSandbox: runtime('StopPodSandbox', sandboxId, empty),
  removePodSandbox: runtime('RemovePodSandbox', sandboxId, empty),
  podSandboxStatus: runtime('PodSandboxStatus', sandboxId, message({ status: one(1, sandboxStatus) })),
  listPodSandbox: runtime('ListPodSandbox', empty, message({ items: many(1, sandbox) })),
  createContainer: runtime(
    'CreateContainer',
    message({
      sandboxId: one(1, string),
      config: one(2, containerConfigMessage),
      sandbox: one(3, sandboxConfigMessage),
    }),
    containerId,
  ),
  startContainer: runtime('StartContainer', containerId, empty),
  stopContainer: runtime('StopContainer', message({ id: one(1, string), timeout: one(2, integer) }), empty),
  updateContainerResources: runtime(
    'UpdateContainerResources',
    message({ id: one(1, string), resources: one(2, linuxResourcesMessage) }),
    empty,
  ),
  removeContainer: runtime('RemoveContainer', containerId, empty),
  listContainers: runtime('ListContainers', empty, message({ containers: many(1, container) })),
  containerStatus: runtime('ContainerStatus', containerId, message({ status: one(1, containerStatusMessage) })),
  reopenContainerLog: runtime('ReopenContainerLog', containerId, empty),
  execSync: runtime(
    'ExecSync',
    message({ id: one(1, string), command: many(2, string), timeout: one(3, integer) }),
    message({ stdout: one(1, bytes), stderr: one(2, bytes), exitCode: one(3, integer) }),
  ),
  exec: runtime(
    'Exec',
    message({
      id: one(1, string),
      command: many(2, string),
      tty: one(3, bool),
      stdin: one(4, bool),
      stdout: one(5, bool),
      stderr: one(6, bool),
    }),
    url,
  ),
  attach: runtime(
    'Attach',
    message({ id: one(1, string), stdin: one(2, bool), tty: one(3, bool), stdout: one(4, bool), stderr: one(5, bool) }),
    url,
  ),
  portForward: runtime('PortForward', message({ id: one(1, string), ports: many(2, integer) }), url),
  listContainerStats: runtime('ListContainerStats', empty, message({ stats: many(1, containerStats) })),
  imageStatus: images(
    'ImageStatus',
    message({ image: one(1, imageSpec), verbose: one(2, bool) }),
    // As of Status, in no fixed form.
    message({ image: optional(1, imageMessage), info: strings(2) }),
  ),
  pullImage: images(
    'PullImage',
    message({
      image: one(1, imageSpec),
      auth: optional(2, message({ username: one(1, string), password: one(2, string) })),
    }),
    message({ imageRef: one(1, string) }),
  ),
  listImages: images('ListImages', empty, message({ images: many(1, imageMessage) })),
  removeImage: images('RemoveImage', message({ image: one(1, imageSpec) }), empty),
} as const

/** containerd's own event service, which says at once what CRI 1.6 only lists. */
export const subscribe = call(
  '/containerd.services.events.v1.Events/Subscribe',
  message({ filters: many(1, string) }),
  message({
    topic: one(3, string),
    event: one(4, message({ typeUrl: one(1, string), value: one(2, bytes) })),
  }),
)

/** What the events of tasks have in common; `execId` differs from `containerId` when only an exec ended. */
/** What all task events begin with; in some of them field 2 is a process id. */
export const taskEvent = message({ containerId: one(1, string) })
export const taskExit = message({ containerId: one(1, string), execId: one(2, string) })
