import type { LogBackend, WriterLimits } from '@periplus/logs'
import type { Route } from '../routes/route.ts'
import type { SinkWorld } from './sink-job.ts'
import { sinkRunner } from './sink-runner.ts'
import type { SinkRunner } from './sink-runner.ts'
import { freshState } from './sink-state.ts'

export interface RunningSinks {
  /** Runs exactly these; what stays as it is goes on undisturbed. Does not wait for anybody's backend. */
  become(routes: ReadonlyMap<string, Route>): void
  readonly runners: ReadonlyMap<string, SinkRunner>
  /** Resolves when what ran for a sink has ended; at once where nothing did. */
  ended(uid: string): Promise<void>
  stop(): Promise<void>
}

/** All sinks that this copy of the router has. */
export const runningSinks = (
  world: SinkWorld,
  backendOf: (route: Route) => LogBackend | undefined,
  limitsOf: (route: Route) => WriterLimits,
): RunningSinks => {
  const runners = new Map<string, SinkRunner>()
  const ending = new Map<string, Promise<void>>()

  const end = (uid: string, runner: SinkRunner): Promise<void> => {
    const ended = runner.stop().finally(() => {
      if (ending.get(uid) === ended) ending.delete(uid)
    })
    ending.set(uid, ended)
    runners.delete(uid)
    return ended
  }

  return {
    runners,
    ended: async uid => ending.get(uid),
    become: routes => {
      for (const [uid, runner] of runners)
        if (routes.get(uid)?.version !== runner.job.route.version) void end(uid, runner)
      for (const [uid, route] of routes) {
        const backend = backendOf(route)
        if (backend === undefined || runners.has(uid)) continue
        const job = { route, backend, limits: limitsOf(route), state: freshState() }
        runners.set(uid, sinkRunner(job, world, ending.get(uid) ?? Promise.resolve()))
      }
    },
    stop: async () => {
      await Promise.all([...runners].map(([uid, runner]) => end(uid, runner)))
    },
  }
}
