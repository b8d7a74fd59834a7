import { createServer } from 'node:http'
import type { Server } from 'node:http'
import { E, systemClock } from '@periplus/prelude'
import type { Clock, Either } from '@periplus/prelude'
import { runEffect } from '@periplus/controller'
import type { RunningEffect } from '@periplus/controller'
import { EndpointSlice, Service } from '@periplus/kinds'
import type { LiveCut } from '@periplus/projection'
import type { Logger } from '@periplus/service'
import { healthChecksOf } from './health-checks.ts'
import type { HealthCheck } from './health-checks.ts'

export interface HealthChecksConfig {
  readonly cut: LiveCut
  readonly nodeName: string
  /** Where load balancers ask, such as `0.0.0.0`. */
  readonly address: string
  /** Whether the node's rules are as the services want them. */
  readonly isProxyHealthy: () => boolean
  readonly log: Logger
  readonly onBug: (error: unknown) => void
  readonly clock?: Clock
}

/** Answers at the health check ports of services, as kube-proxy does: 200 where this node has endpoints of one, else 503. */
export const answerHealthChecks = (config: HealthChecksConfig): RunningEffect => {
  const { cut, nodeName, address, isProxyHealthy, log, onBug, clock = systemClock } = config
  const open = new Map<number, Server>()
  let checks: ReadonlyMap<number, HealthCheck> = new Map()
  const effect = runEffect<ReadonlyMap<number, HealthCheck>>(
    {
      name: 'health-checks',
      wakes: ({ event: { ref } }) => ref.resource === 'services' || ref.resource === 'endpointslices',
      desired: at => healthChecksOf(at.list(Service), at.list(EndpointSlice), nodeName),
      apply: async wanted => {
        checks = wanted
        for (const [port, server] of open) {
          if (wanted.has(port)) continue
          open.delete(port)
          await closed(server)
        }
        const failed: string[] = []
        for (const port of wanted.keys()) {
          if (open.has(port)) continue
          const server = serverOf(() => checks.get(port), isProxyHealthy)
          const opened = await listening(server, address, port)
          if (E.isLeft(opened)) failed.push(opened.left)
          else open.set(port, server.on('error', onBug))
        }
        return failed.length > 0 ? E.left(failed.join('; ')) : E.right(undefined)
      },
    },
    {
      ...{ cut, clock, onBug },
      report: state => {
        if (state.tag === 'Failing') log.error('health checks of services are not answered', { reason: state.why })
      },
    },
  )
  return {
    name: effect.name,
    get state() {
      return effect.state
    },
    renew: () => effect.renew(),
    settled: () => effect.settled(),
    stop: async () => {
      await effect.stop()
      await Promise.all([...open.values()].map(closed))
    },
  }
}

const mostConnections = 64

const serverOf = (check: () => HealthCheck | undefined, isProxyHealthy: () => boolean): Server => {
  const server = createServer({ headersTimeout: 5_000, requestTimeout: 5_000 }, (request, response) => {
    request.resume()
    const { namespace = '', name = '', localEndpoints = 0 } = check() ?? {}
    const serviceProxyHealthy = isProxyHealthy()
    response.writeHead(localEndpoints > 0 && serviceProxyHealthy ? 200 : 503, {
      'content-type': 'application/json',
      'x-content-type-options': 'nosniff',
      'x-load-balancing-endpoint-weight': String(localEndpoints),
    })
    response.end(JSON.stringify({ service: { namespace, name }, localEndpoints, serviceProxyHealthy }))
  })
  server.maxConnections = mostConnections
  return server
}

const listening = (server: Server, address: string, port: number): Promise<Either<string, void>> =>
  new Promise(resolve => {
    const refused = (error: Error): void => resolve(E.left(`port ${port}: ${error.message}`))
    server.once('error', refused)
    server.listen(port, address, () => {
      server.off('error', refused)
      resolve(E.right(undefined))
    })
  })

const closed = (server: Server): Promise<void> =>
  new Promise(resolve => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
