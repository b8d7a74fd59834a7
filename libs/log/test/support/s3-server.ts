import { createHash, createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { S3Bucket } from '../../src/blobs/s3/s3-client.ts'

const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'hush/hush' }
/** Of one answer to a listing: few, so that listings go on. */
const pageSize = 2

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()
const hexOf = (algorithm: 'sha256' | 'md5', data: string | Buffer): string =>
  createHash(algorithm).update(data).digest('hex')
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)

/** Whether a request is signed as AWS' Signature Version 4 asks, with its content, worked out from what came. */
const isSigned = (
  { method = '', headers }: IncomingMessage,
  { pathname, searchParams }: URL,
  body: Buffer,
): boolean => {
  const parts =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      headers.authorization ?? '',
    )
  const [, key = '', day = '', region = '', names = '', signature = ''] = parts ?? []
  const content = String(headers['x-amz-content-sha256'])
  const query = [...searchParams]
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .sort()
    .join('&')
  const canonical = [
    ...[method, pathname, query],
    ...names.split(';').map(name => `${name}:${String(headers[name]).trim()}`),
    ...['', names, content],
  ].join('\n')
  const scope = `${day}/${region}/s3/aws4_request`
  const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, hexOf('sha256', canonical)].join('\n')
  const signing = [day, region, 's3', 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${keys.secretAccessKey}`)
  return (
    key === keys.accessKeyId && content === hexOf('sha256', body) && hmac(signing, text).toString('hex') === signature
  )
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')

/** What is asked of S3 here, in memory: objects by key, with ranges, and listings in pages; it believes nobody who does not sign. */
export const s3Server = async () => {
  const objects = new Map<string, Buffer>()
  const refusals: number[] = []
  const listed = (prefix: string, after: string): string => {
    const found = [...objects.keys()].filter(key => key.startsWith(prefix) && key > after).sort()
    const page = found.slice(0, pageSize)
    const contents = page.map(key => {
      const tag = `"${hexOf('md5', objects.get(key) ?? Buffer.from(''))}"`
      return `<Contents><Key>${escaped(key)}</Key><ETag>${escaped(tag)}</ETag><Size>1</Size></Contents>`
    })
    const next =
      found.length > page.length ? `<NextContinuationToken>${escaped(page.at(-1) ?? '')}</NextContinuationToken>` : ''
    return `<?xml version="1.0"?><ListBucketResult><IsTruncated>${next !== ''}</IsTruncated>${next}${contents.join('')}</ListBucketResult>`
  }
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks)
      const url = new URL(request.url ?? '', 'http://localhost')
      const refused = refusals.shift()
      if (refused !== undefined) return response.writeHead(refused).end('<Error><Code>SlowDown</Code></Error>')
      if (!isSigned(request, url, body))
        return response
          .writeHead(403)
          .end(`<Error><Code>SignatureDoesNotMatch</Code><Key>${keys.accessKeyId}</Key></Error>`)
      if (url.pathname === '/bucket' && url.searchParams.get('list-type') === '2') {
        const { searchParams } = url
        return response.end(listed(searchParams.get('prefix') ?? '', searchParams.get('continuation-token') ?? ''))
      }
      const key = decodeURIComponent(url.pathname.slice('/bucket/'.length))
      if (request.method === 'PUT') objects.set(key, body)
      if (request.method === 'PUT') return response.end()
      if (request.method === 'DELETE') return response.writeHead(objects.delete(key) ? 204 : 404).end()
      const found = objects.get(key)
      if (!found) return response.writeHead(404).end('<Error><Code>NoSuchKey</Code></Error>')
      const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? []
      if (from === undefined) return response.end(found)
      if (Number(from) >= found.length) return response.writeHead(416).end()
      return response.writeHead(206).end(found.subarray(Number(from), Number(to) + 1))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    objects,
    bucket: { endpoint, bucket: 'bucket', prefix: 'some where/', region: 'eu-central-1', ...keys } satisfies S3Bucket,
    /** Refuses the next request so. */
    refuse: (status: number): void => void refusals.push(status),
    close: async (): Promise<void> => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
