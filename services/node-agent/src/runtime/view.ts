import { E, pause, thrownText } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import type { ContainerRuntime, ContainerState, SandboxState } from '@periplus/runtime'
import { podUidLabel } from './labels.ts'

/** What the runtime has of one pod, newest attempt first. */
export interface PodRuntime {
  readonly sandboxes: readonly SandboxState[]
  readonly containers: readonly ContainerState[]
}

/** The node's picture of its runtime: a listing taken again at every hint, and slowly without one. */
export interface RuntimeView {
  pod(uid: string): PodRuntime
  uids(): readonly string[]
  /** Resolves when a listing that began after this call has been taken in; waits while the runtime does not answer. */
  refresh(): Promise<void>
  /** The runtime's refusal of the newest listing; `undefined` when it answered. */
  readonly trouble: string | undefined
}

export interface ViewOptions {
  readonly runtime: ContainerRuntime
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Milliseconds between listings without a hint. */
  readonly relistEvery: number
  /** Called for each pod whose sandboxes or containers are not what they were. */
  readonly changed: (uid: string) => void
}

const none: PodRuntime = { sandboxes: [], containers: [] }
const retryMilliseconds = 1000

export const runtimeView = (options: ViewOptions): RuntimeView => {
  const { runtime, clock, signal } = options
  let pods = new Map<string, PodRuntime>()
  let trouble: string | undefined
  let current: Promise<void> | undefined
  let following: Promise<void> | undefined

  const list = async (): Promise<void> => {
    while (!signal.aborted) {
      const [sandboxes, containers] = await listed(runtime)
      if (E.isRight(sandboxes) && E.isRight(containers)) {
        trouble = undefined
        take(grouped(sandboxes.right, containers.right))
        return
      }
      trouble = E.isLeft(sandboxes) ? sandboxes.left.message : E.isLeft(containers) ? containers.left.message : ''
      await pause(clock, retryMilliseconds, signal)
    }
  }
  const take = (next: Map<string, PodRuntime>): void => {
    const before = pods
    pods = next
    for (const uid of new Set([...before.keys(), ...next.keys()]))
      if (signature(before.get(uid) ?? none) !== signature(next.get(uid) ?? none)) options.changed(uid)
  }
  /** One listing runs and at most one waits, which serves everybody who asked meanwhile. */
  const refresh = (): Promise<void> => {
    if (!current) {
      current = list().finally(() => (current = undefined))
      return current
    }
    following ??= current.then(() => {
      following = undefined
      return refresh()
    })
    return following
  }
  const watchEvents = async (): Promise<void> => {
    for await (const _hint of runtime.events(signal)) void refresh()
  }
  const relist = async (): Promise<void> => {
    while (!signal.aborted) {
      await pause(clock, options.relistEvery, signal)
      if (!signal.aborted) await refresh()
    }
  }
  // Without hints the slow relist sees everything, only later.
  void watchEvents().catch(() => undefined)
  void relist()

  return {
    pod: uid => pods.get(uid) ?? none,
    uids: () => [...pods.keys()],
    refresh,
    get trouble() {
      return trouble
    },
  }
}

/** A listing that threw is one that was refused: the next is taken a moment later. */
const listed = async (runtime: ContainerRuntime) => {
  try {
    return [await runtime.sandboxes(), await runtime.containers()] as const
  } catch (error) {
    const refused = E.left({ tag: 'Failed', message: `the runtime's listing failed: ${thrownText(error)}` } as const)
    return [refused, refused] as const
  }
}

const grouped = (
  sandboxes: readonly SandboxState[],
  containers: readonly ContainerState[],
): Map<string, PodRuntime> => {
  const pods = new Map<string, { sandboxes: SandboxState[]; containers: ContainerState[] }>()
  const uidOf = new Map<string, string>()
  const podOf = (uid: string) => {
    const pod = pods.get(uid) ?? { sandboxes: [], containers: [] }
    pods.set(uid, pod)
    return pod
  }
  for (const sandbox of sandboxes) {
    uidOf.set(sandbox.id, sandbox.pod.uid)
    podOf(sandbox.pod.uid).sandboxes.push(sandbox)
  }
  for (const container of containers) {
    const uid = container.labels[podUidLabel] ?? uidOf.get(container.sandboxId)
    if (uid) podOf(uid).containers.push(container)
  }
  for (const pod of pods.values()) {
    pod.sandboxes.sort((a, b) => b.pod.attempt - a.pod.attempt || b.createdAt - a.createdAt)
    pod.containers.sort((a, b) => b.attempt - a.attempt || b.createdAt - a.createdAt)
  }
  return pods
}

const signature = (pod: PodRuntime): string =>
  [
    ...pod.sandboxes.map(({ id, ready, ips }) => `${id}:${ready}:${ips.join()}`),
    ...pod.containers.map(({ id, state, exitCode, reason }) => `${id}:${state}:${exitCode}:${reason}`),
  ].join('|')
