import { rm } from 'node:fs/promises'
import { E } from '@periplus/prelude'
import { startServer } from '@periplus/service'
import type { LocalServer } from '@periplus/service'

/** A server of others that a test stops and starts again. */
export interface RestartableServer {
  stop(): Promise<void>
  start(): Promise<void>
  /** It stands still, and goes on. */
  freeze(): void
  thaw(): void
  dispose(): Promise<void>
}

/** Starts one, whose directory goes with it; throws where it does not start. */
export const restartableServer = async (program: Parameters<typeof startServer>[0]): Promise<RestartableServer> => {
  const begin = async (): Promise<LocalServer> => {
    const started = await startServer(program)
    if (E.isLeft(started)) throw new Error(started.left)
    return started.right
  }
  let server = await begin()
  return {
    stop: () => server.stop(),
    start: async () => void (server = await begin()),
    freeze: () => void process.kill(server.pid, 'SIGSTOP'),
    thaw: () => void process.kill(server.pid, 'SIGCONT'),
    dispose: async () => {
      await server.kill()
      await rm(program.directory, { recursive: true, force: true, maxRetries: 10 })
    },
  }
}
