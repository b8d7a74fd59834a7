import { E, pause } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import type { RuntimeEvent } from '../container-runtime.ts'
import { subscribe, taskEvent, taskExit } from './cri-messages.ts'
import type { GrpcChannel } from '@periplus/grpc'
import type { KnownStates } from './known-states.ts'
import { decode } from '@periplus/grpc'

/** How often everything is listed although no event came: one may have been lost while containerd was away. */
const relistMilliseconds = 10_000
const reconnectMilliseconds = 500

/**
 * Turns containerd's task events into hints until `signal` aborts. containerd tells its own CRI service at the same moment as
 * us, so an exit is hinted only once CRI shows it: a relist that comes too early would see it running.
 */
export const followEvents = (
  channel: GrpcChannel,
  states: KnownStates,
  clock: Clock,
  publish: (event: RuntimeEvent) => void,
  signal: AbortSignal,
): void => {
  const listen = (): void => {
    if (signal.aborted) return
    const stream = channel.stream(subscribe, { filters: ['topic~="^/tasks/(start|exit|oom|delete)$"'] })
    const stop = () => stream.cancel()
    signal.addEventListener('abort', stop, { once: true })
    stream.on('data', ({ topic, event }) => void told(topic, event.value))
    stream.on('error', () => undefined)
    stream.on('close', () => {
      signal.removeEventListener('abort', stop)
      if (!signal.aborted) clock.after(reconnectMilliseconds, listen)
    })
  }
  const told = async (topic: string, content: Buffer): Promise<void> => {
    const { containerId } = decode(taskEvent, content)
    if (topic === '/tasks/exit') {
      const { execId } = decode(taskExit, content)
      if (execId !== '' && execId !== containerId) return
    }
    if (!states.isSandbox(containerId) && states.sandboxOf(containerId) === undefined)
      await Promise.all([states.sandboxes(), states.containers()])
    if (topic === '/tasks/exit' || topic === '/tasks/delete') await shown(containerId)
    if (!signal.aborted) publish(hintOf(containerId))
  }
  const hintOf = (id: string): RuntimeEvent => {
    if (states.isSandbox(id)) return { sandboxId: id }
    const sandboxId = states.sandboxOf(id)
    return { containerId: id, ...(sandboxId !== undefined && { sandboxId }) }
  }
  /** Waits, at most 2 s, until CRI no longer shows it running. */
  const shown = async (id: string): Promise<void> => {
    for (let tries = 0; tries < 100 && !signal.aborted; tries++) {
      if (states.isSandbox(id)) {
        const listed = await states.sandboxes()
        if (E.isLeft(listed) || !listed.right.find(sandbox => sandbox.id === id)?.ready) return
      } else {
        const state = await states.container(id)
        if (E.isLeft(state) || state.right.state !== 'running') return
      }
      await pause(clock, 20)
    }
  }

  let cancelRelist = (): void => undefined
  signal.addEventListener('abort', () => cancelRelist(), { once: true })
  const before = new Map<string, string>()
  const relist = async (): Promise<void> => {
    if (signal.aborted) return
    const [sandboxes, containers] = await Promise.all([states.sandboxes(), states.containers()])
    if (E.isRight(sandboxes) && E.isRight(containers)) {
      const now = new Map<string, string>()
      for (const { id, ready } of sandboxes.right) now.set(id, String(ready))
      for (const { id, state } of containers.right) now.set(id, state)
      for (const id of new Set([...now.keys(), ...before.keys()]))
        if (now.get(id) !== before.get(id)) publish(hintOf(id))
      before.clear()
      for (const [id, state] of now) before.set(id, state)
    }
    if (!signal.aborted) cancelRelist = clock.after(relistMilliseconds, () => void relist())
  }
  listen()
  void relist()
}
