import type { Container, Pod } from '@periplus/kinds'
import type { ContainerState, SandboxState } from '@periplus/runtime'
import { containerHash, hashAnnotation } from '../../src/plan/container-hash.ts'
import { backOffAnnotation } from '../../src/plan/back-off.ts'
import type { Observed } from '../../src/plan/observed.ts'
import { plan } from '../../src/plan/plan.ts'
import type { Plan } from '../../src/plan/plan.ts'

export const now = Date.parse('2026-01-02T03:04:05Z')
export const second = 1000
export const minute = 60_000

export const container = (name: string, more: Partial<Container> = {}): Container => ({
  name,
  image: `${name}:1`,
  ...more,
})
export const sidecar = (name: string, more: Partial<Container> = {}): Container =>
  container(name, { restartPolicy: 'Always', ...more })

export const pod = (spec: Partial<NonNullable<Pod['spec']>> = {}, more: Partial<Pod> = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'default', uid: 'u1', ...more.metadata },
  spec: { nodeName: 'n1', containers: [container('app')], restartPolicy: 'Always', ...spec },
  ...(more.status ? { status: more.status } : {}),
})

export const deleting = (spec: Partial<NonNullable<Pod['spec']>> = {}, grace = 30): Pod =>
  pod(spec, { metadata: { deletionTimestamp: new Date(now).toISOString(), deletionGracePeriodSeconds: grace } })

export const sandbox = (more: Partial<SandboxState> = {}): SandboxState => ({
  id: 's0',
  pod: { name: 'web', namespace: 'default', uid: 'u1', attempt: 0 },
  ready: true,
  ips: ['10.0.0.2'],
  createdAt: now - minute,
  labels: {},
  annotations: {},
  ...more,
})

const made = (name: string, more: Partial<ContainerState>, backOff: number): ContainerState => ({
  id: `${name}-${more.attempt ?? 0}`,
  sandboxId: 's0',
  name,
  attempt: 0,
  image: `${name}:1`,
  imageId: `sha256:${name}`,
  state: 'running',
  createdAt: now - minute,
  startedAt: now - minute,
  finishedAt: 0,
  exitCode: 0,
  reason: '',
  message: '',
  logPath: '',
  labels: {},
  annotations: { [hashAnnotation]: containerHash(container(name)), [backOffAnnotation]: String(backOff) },
  ...more,
})

export const running = (name: string, more: Partial<ContainerState> = {}): ContainerState => made(name, more, 0)
export const exited = (
  name: string,
  exitCode: number,
  more: Partial<ContainerState> = {},
  backOff = 0,
): ContainerState => made(name, { state: 'exited', finishedAt: now, exitCode, ...more }, backOff)

export const seen = (more: Partial<Observed> = {}): Observed => ({
  sandboxes: [sandbox()],
  containers: [],
  operations: new Map(),
  failures: new Map(),
  probes: new Map(),
  messages: new Map(),
  volumesReady: true,
  volumesStale: false,
  tornDown: false,
  removed: false,
  rejection: undefined,
  resized: new Map(),
  admitted: new Map(),
  logLosses: [],
  resize: undefined,
  unkept: false,
  eviction: undefined,
  shutdown: undefined,
  canRecurse: false,
  terminatingSince: undefined,
  hostIps: ['192.168.0.1'],
  runtimeName: 'containerd',
  ...more,
})

/** What a plan does, in a word or two each. */
export const deeds = ({ actions }: Plan): readonly string[] =>
  actions.map(action => {
    switch (action.tag) {
      case 'StartContainer':
        return `start ${action.subject} #${action.attempt}`
      case 'KillContainer':
        return `kill ${action.name}`
      case 'RemoveContainer':
        return `remove ${action.containerId}`
      case 'RemoveSandbox':
        return `remove ${action.sandboxId}`
      case 'RunSandbox':
        return `run sandbox #${action.attempt}`
      case 'StopSandboxes':
        return `stop sandbox ${action.sandboxIds.join(' ')}`
      case 'Tell':
        return `tell ${action.reason}`
      case 'ResizePod':
        return `resize ${action.containers.join(' ')}`
      case 'PrepareVolumes':
      case 'TearDown':
      case 'DeleteObject':
      case 'Forget':
        return action.tag
    }
  })

export const planned = (of: Pod, observed: Partial<Observed> = {}, at = now): Plan => plan(of, seen(observed), at)
export const does = (of: Pod, observed: Partial<Observed> = {}, at = now): readonly string[] =>
  deeds(planned(of, observed, at))
