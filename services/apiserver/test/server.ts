import { builtInAdmission, createCommands } from '@periplus/commands'
import type { Commands } from '@periplus/commands'
import { kindsAt } from '@periplus/custom'
import { memoryEventLog } from '@periplus/log'
import type { EventLog } from '@periplus/log'
import { startLiveCut } from '@periplus/projection'
import type { LiveCut, MutableCutOptions } from '@periplus/projection'
import { logger, metrics } from '@periplus/service'
import { start } from '../src/index.ts'
import type { ApiServerConfig, RunningApiServer } from '../src/index.ts'
import { loopbackCertificates } from './certificates.ts'
import { openDoor } from './open-door.ts'

export interface TestServer {
  readonly server: RunningApiServer
  readonly url: string
  readonly ca: string
  readonly log: EventLog
  readonly cut: LiveCut
  readonly commands: Commands
  /** What the server logged as errors: bugs, which no test expects. */
  readonly errors: readonly string[]
  stop(): Promise<void>
}

const certificates = loopbackCertificates()

/** The real server on a free loopback port over a log, by default one in memory. */
export const startTestServer = async (
  overrides: Partial<ApiServerConfig> & { readonly recent?: MutableCutOptions } = {},
): Promise<TestServer> => {
  const log = overrides.log ?? memoryEventLog()
  const running = await startLiveCut({ log, ...overrides.recent })
  const commands = overrides.commands ?? createCommands({ cut: running.cut, log, kindsAt, admission: builtInAdmission })
  const { ca, cert, key } = await certificates
  const errors: string[] = []
  const server = await start({
    host: '127.0.0.1',
    port: 0,
    tls: { ca, cert, key },
    kindsAt,
    log,
    cut: running.cut,
    commands,
    security: openDoor(),
    logger: logger('apiserver', { write: line => void errors.push(line) }),
    metrics: metrics(),
    ...overrides,
  })
  return {
    server,
    url: server.url,
    ca,
    log,
    cut: running.cut,
    commands,
    errors,
    stop: async () => {
      await server.stop()
      await running.close()
    },
  }
}
