import { randomBytes } from 'node:crypto'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { E, systemClock } from '@periplus/prelude'
import { jetStreamLogStream } from '@periplus/log-stream'
import { freeBytes } from '@periplus/service'
import { jetStreamPositions, loadBackends, sinkBuffers, start as startLogRouter } from '@periplus/log-router'
import { readyFile } from '../home/home.ts'
import type { Home } from '../home/home.ts'
import { addressIn } from '../home/networks.ts'
import { CannotGoOn } from '../home/say.ts'
import type { Settings } from '../home/settings.ts'
import { runProcess } from './process.ts'
import { keysStream } from './sealing.ts'

/** Bytes of the disk that buffers leave to the log and to pods. */
const roomForOthers = 512 * 2 ** 20

const listed = (text: string): readonly string[] =>
  text
    .split(',')
    .map(word => word.trim())
    .filter(word => word !== '')

/** The machine's own addresses, where the control plane listens. */
const machinesAddresses = (): readonly string[] =>
  Object.values(networkInterfaces()).flatMap(addresses =>
    (addresses ?? []).map(({ address }) => address.split('%')[0] ?? ''),
  )

/** The router of log sinks in a process of its own: what it spends on other's lines is nobody else's time. */
export const serveLogRouter = (home: Home, settings: Settings): Promise<void> =>
  runProcess(
    {
      ...{ home, settings, name: 'log-router', role: 'log-router', readyPath: readyFile(home, 'log-router') },
      ...{ makes: [], awaits: ['OBJECTS', 'LOGS', 'LOG_SINKS', keysStream] },
      keyUse: 'uses',
    },
    {},
    async ({ bus, log, cut, commands, cluster, logger, metrics, onBug, onStop }) => {
      const positions = await jetStreamPositions(bus)
      if (E.isLeft(positions)) throw new CannotGoOn(`the sinks' places cannot be opened: ${positions.left.message}`)
      const { backends, refused } = await loadBackends(listed(settings.logBackends))
      for (const reason of refused) logger.error('a log backend cannot be had', { reason })
      const { podCidr, serviceCidr } = cluster
      const router = randomBytes(4).toString('hex')
      onStop(
        startLogRouter({
          ...{ cut, log, commands, metrics, onBug, clock: systemClock },
          stream: jetStreamLogStream(bus),
          positions: positions.right,
          router,
          reach: {
            clusterNetworks: [podCidr, serviceCidr],
            closed: [...machinesAddresses(), addressIn(serviceCidr, 1)],
            open: listed(settings.logSinkNetworks),
          },
          directory: join(home.directory, 'log-sinks'),
          buffers: sinkBuffers({
            directory: home.logBuffers,
            writer: router,
            hasRoom: () => (freeBytes(home.directory) ?? Infinity) > roomForOthers,
          }),
          moreBackends: backends,
          logger: logger.for('log-router'),
        }),
      )
    },
  )
