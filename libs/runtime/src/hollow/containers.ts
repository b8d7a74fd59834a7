import { posix } from 'node:path'
import { E, boundedMilliseconds } from '@periplus/prelude'
import type { ContainerConfig } from '../configuration.ts'
import type { ContainerState, ExecResult } from '../container-runtime.ts'
import { done, failed, notFound, unsupported } from '../refusals.ts'
import type { Outcome } from '../refusals.ts'
import type { Behave, HollowBehaviour, HollowExit } from './behaviour.ts'
import type { Hollow, HollowSandboxes } from './sandboxes.ts'

export interface HollowContainers {
  create(sandboxId: string, config: ContainerConfig, imageId: string): Outcome<string>
  startDelay(id: string): number
  start(id: string): Outcome<void>
  stop(id: string, timeoutSeconds: number): Promise<Outcome<void>>
  remove(id: string): Outcome<void>
  removeAllOf(sandboxId: string): void
  end(id: string, how: HollowExit): void
  endAllOf(sandboxId: string, how: HollowExit): void
  execSync(id: string, command: readonly string[]): Outcome<ExecResult>
  state(id: string): Outcome<ContainerState>
  list(): readonly ContainerState[]
}

interface Hollowed {
  state: ContainerState
  readonly behaviour: HollowBehaviour
  /** Called once it has exited. */
  readonly whenEnded: (() => void)[]
}

export const hollowContainers = (hollow: Hollow, sandboxes: HollowSandboxes, behave: Behave): HollowContainers => {
  const containers = new Map<string, Hollowed>()
  const hint = ({ id, sandboxId }: ContainerState) => hollow.publish({ containerId: id, sandboxId })
  const change = (container: Hollowed, to: Partial<ContainerState>): void => {
    container.state = { ...container.state, ...to }
    hint(container.state)
  }
  const end = (id: string, { exitCode, reason, message }: HollowExit): void => {
    const container = containers.get(id)
    if (container?.state.state !== 'running') return
    change(container, {
      state: 'exited',
      finishedAt: hollow.clock.now(),
      exitCode,
      reason: reason ?? (exitCode === 0 ? 'Completed' : 'Error'),
      message: message ?? '',
    })
    for (const ended of container.whenEnded.splice(0)) ended()
  }
  const remove = (id: string): Outcome<void> => {
    const container = containers.get(id)
    if (!container) return done
    end(id, { exitCode: 137 })
    containers.delete(id)
    hint(container.state)
    return done
  }
  const of = (sandboxId: string): string[] =>
    [...containers.values()].filter(({ state }) => state.sandboxId === sandboxId).map(({ state }) => state.id)

  return {
    create: (sandboxId, config, imageId) => {
      const sandbox = sandboxes.get(sandboxId)
      if (!sandbox) return notFound('sandbox', sandboxId)
      if (!sandbox.state.ready) return failed(`sandbox "${sandboxId}" is not running`)
      for (const { state } of containers.values())
        if (state.sandboxId === sandboxId && state.name === config.name && state.attempt === config.attempt)
          return failed(`container ${config.name} (attempt ${config.attempt}) exists as "${state.id}"`)
      const behaviour = behave(config, sandbox.config)
      if (behaviour.failCreate !== undefined) return failed(behaviour.failCreate)
      const state: ContainerState = {
        id: hollow.newId(),
        sandboxId,
        name: config.name,
        attempt: config.attempt,
        image: config.image,
        imageId,
        state: 'created',
        createdAt: hollow.clock.now(),
        startedAt: 0,
        finishedAt: 0,
        exitCode: 0,
        reason: '',
        message: '',
        logPath: posix.join(config.sandbox.logDirectory, config.logPath),
        labels: config.labels,
        annotations: config.annotations,
      }
      containers.set(state.id, { state, behaviour, whenEnded: [] })
      hint(state)
      return E.right(state.id)
    },
    startDelay: id => containers.get(id)?.behaviour.startDelay ?? 0,
    start: id => {
      const container = containers.get(id)
      if (!container) return notFound('container', id)
      if (container.state.state !== 'created') return failed(`container "${id}" is ${container.state.state}`)
      const { failStart, ends } = container.behaviour
      const now = hollow.clock.now()
      if (failStart !== undefined) {
        change(container, { state: 'exited', finishedAt: now, exitCode: 128, reason: 'StartError', message: failStart })
        return failed(failStart)
      }
      change(container, { state: 'running', startedAt: now })
      if (ends) container.whenEnded.push(hollow.clock.after(ends.after, () => end(id, ends)))
      return done
    },
    stop: async (id, timeoutSeconds) => {
      const container = containers.get(id)
      if (container?.state.state !== 'running') return done
      const { stopDelay = 0, stopExitCode = 0 } = container.behaviour
      const grace = boundedMilliseconds(timeoutSeconds)
      const heeds = stopDelay !== 'never' && (stopDelay === 0 || stopDelay < grace)
      const how = { exitCode: heeds ? stopExitCode : 137 }
      const delay = heeds ? stopDelay : grace
      if (delay === 0) end(id, how)
      else
        await new Promise<void>(resolve => {
          container.whenEnded.push(
            hollow.clock.after(delay, () => end(id, how)),
            resolve,
          )
        })
      return done
    },
    remove,
    removeAllOf: sandboxId => of(sandboxId).forEach(remove),
    end,
    endAllOf: (sandboxId, how) => of(sandboxId).forEach(id => end(id, how)),
    execSync: (id, command) => {
      const container = containers.get(id)
      if (!container) return notFound('container', id)
      if (container.state.state !== 'running') return failed(`container "${id}" is ${container.state.state}`)
      const answer = container.behaviour.execSync
      return answer
        ? E.right(answer(command))
        : unsupported('a hollow runtime runs nothing: no behaviour answers this exec')
    },
    state: id => {
      const container = containers.get(id)
      return container ? E.right(container.state) : notFound('container', id)
    },
    list: () => [...containers.values()].map(({ state }) => state),
  }
}
