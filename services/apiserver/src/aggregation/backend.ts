import { connect } from 'node:tls'
import type { TLSSocket } from 'node:tls'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { ResolveService } from '@periplus/webhooks'
import type { AggregatedApi } from './api-services.ts'

/** What tells other servers that a request comes from here: a certificate of the front proxy's authority, both PEM. */
export interface FrontProxy {
  readonly certificate: string
  readonly key: string
}

export interface BackendDeps {
  readonly resolve: ResolveService
  readonly frontProxy: FrontProxy
}

const connectMilliseconds = 10_000

/** A connection to a server that answers for an API, which has shown that it is the one; left: why there is none. */
export const connectBackend = (
  { resolve, frontProxy }: BackendDeps,
  { backend, ca, insecure }: Pick<AggregatedApi, 'backend' | 'ca' | 'insecure'>,
): Promise<Either<string, TLSSocket>> => {
  const end = resolve(backend)
  if (E.isLeft(end)) return Promise.resolve(end)
  return new Promise(resolvePromise => {
    const socket = connect({
      ...end.right,
      servername: `${backend.name}.${backend.namespace}.svc`,
      cert: frontProxy.certificate,
      key: frontProxy.key,
      ...(ca === undefined ? {} : { ca }),
      allowPartialTrustChain: true,
      rejectUnauthorized: !insecure,
      ALPNProtocols: ['http/1.1'],
    })
    const fail = (why: string): void => {
      socket.destroy()
      resolvePromise(E.left(why))
    }
    socket.setTimeout(connectMilliseconds, () => fail('timed out waiting for a connection'))
    socket.once('error', (error: Error) => fail(error.message))
    socket.once('secureConnect', () => {
      socket.setTimeout(0)
      resolvePromise(E.right(socket))
    })
  })
}
