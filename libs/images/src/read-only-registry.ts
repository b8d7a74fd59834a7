import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { blobFile, readLayout } from './oci-layout.ts'
import type { Descriptor } from './oci-image.ts'

/** A registry on loopback that serves what is in a layout. */
export interface ReadOnlyRegistry {
  /** Such as `http://127.0.0.1:41234`. */
  readonly endpoint: string
  close(): Promise<void>
}

/**
 * Serves an OCI image layout by the distribution specification's pull half, on loopback. It knows repositories, not tags:
 * every tag of a known repository is its one image, and `library/` before a name makes no difference. What it does not know
 * is 404, so that a pull fails as it would anywhere. The layout is read at each request; rebuilt images need no restart.
 */
export const serveLayout = async (
  root: string,
  options: { readonly port?: number } = {},
): Promise<ReadOnlyRegistry> => {
  const server = createServer((request, response) => {
    answer(root, request, response).catch((error: Error) => {
      if (!response.headersSent) refuse(response, 500, 'UNKNOWN', error.message)
      else response.destroy(error)
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    endpoint: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const digestPattern = /^sha256:[0-9a-f]{64}$/

const answer = async (root: string, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  response.setHeader('Docker-Distribution-API-Version', 'registry/2.0')
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return refuse(response, 405, 'UNSUPPORTED', 'this registry is read-only')
  const { pathname } = new URL(request.url ?? '/', 'http://registry')
  if (pathname === '/v2' || pathname === '/v2/') return void response.end('{}')
  const [, name = '', kind = '', reference = ''] = /^\/v2\/(.+)\/(manifests|blobs|tags)\/([^/]+)$/.exec(pathname) ?? []
  const repositories = await readLayout(root)
  const image = repositories.get(name.replace(/^library\//, ''))
  if (!image) return refuse(response, 404, 'NAME_UNKNOWN', `repository name not known to registry: ${name}`)
  if (kind === 'tags') return void response.end(JSON.stringify({ name, tags: ['latest'] }))
  if (kind === 'blobs') return sendBlob(root, reference, 'application/octet-stream', request, response)
  return sendManifest(root, image, reference, request, response)
}

const sendManifest = (
  root: string,
  image: Descriptor,
  reference: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> | void => {
  if (digestPattern.test(reference) && reference !== image.digest)
    return refuse(response, 404, 'MANIFEST_UNKNOWN', `manifest unknown: ${reference}`)
  return sendBlob(root, image.digest, image.mediaType, request, response)
}

const sendBlob = async (
  root: string,
  digest: string,
  mediaType: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const path = digestPattern.test(digest) ? blobFile(root, digest) : undefined
  const found = path && (await stat(path).catch(() => undefined))
  if (!path || !found) return refuse(response, 404, 'BLOB_UNKNOWN', `blob unknown to registry: ${digest}`)
  response.writeHead(200, {
    'Content-Type': mediaType,
    'Content-Length': found.size,
    'Docker-Content-Digest': digest,
    ETag: `"${digest}"`,
  })
  if (request.method === 'HEAD') return void response.end()
  const content = createReadStream(path)
  response.on('close', () => content.destroy())
  content.on('error', error => response.destroy(error)).pipe(response)
}

/** An error in the specification's form. */
const refuse = (response: ServerResponse, status: number, code: string, message: string): void => {
  response.writeHead(status, { 'Content-Type': 'application/json' })
  response.end(JSON.stringify({ errors: [{ code, message }] }))
}
