import { writeFileSync } from 'node:fs'
import { createSecureServer } from 'node:http2'
import type { ServerHttp2Stream } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { nextTurn } from '@periplus/prelude'
import { loopbackCertificates } from '../../../services/apiserver/test/certificates.ts'

/** What Node itself gives: a server that only writes frames, which are bytes already, to each watch. */
export interface Floor {
  readonly kubeconfig: string
  /** Each frame in a write of its own. */
  write(frames: readonly Uint8Array[]): Promise<void>
  close(): void
}

const emptyList = '{"kind":"ConfigMapList","apiVersion":"v1","metadata":{"resourceVersion":"1"},"items":[]}'

export const startFloor = async (directory: string): Promise<Floor> => {
  const { ca, cert, key } = await loopbackCertificates()
  const server = createSecureServer({ cert, key, settings: { maxConcurrentStreams: 1000 } })
  const watches = new Set<ServerHttp2Stream>()
  server.on('stream', (stream, headers) => {
    stream.respond({ ':status': 200, 'content-type': 'application/json' })
    if (!headers[':path']?.includes('watch=')) return void stream.end(emptyList)
    watches.add(stream)
    stream.on('error', () => undefined)
    stream.on('close', () => watches.delete(stream))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const kubeconfig = join(directory, 'floor.kubeconfig')
  writeFileSync(kubeconfig, kubeconfigFor(`https://127.0.0.1:${(server.address() as AddressInfo).port}`, ca))
  return {
    kubeconfig,
    write: async frames => {
      for (const frame of frames) {
        for (const watch of watches) watch.write(frame)
        await nextTurn()
      }
    },
    close: () => server.close(),
  }
}

/** Without credentials; JSON is YAML, too. */
export const kubeconfigFor = (server: string, ca: string): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name: 'bench', cluster: { server, 'certificate-authority-data': Buffer.from(ca).toString('base64') } },
    ],
    users: [{ name: 'bench', user: {} }],
    contexts: [{ name: 'bench', context: { cluster: 'bench', user: 'bench' } }],
    'current-context': 'bench',
  })
