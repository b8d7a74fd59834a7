import { createHash } from 'node:crypto'
import { AwsClient } from 'aws4fetch'
import { encodedPath, withoutTrailing } from '@periplus/prelude'

/** A bucket of an S3-compatible store, and who may use it. Holds a secret. */
export interface S3Bucket {
  /** Of the store, such as `https://s3.eu-central-1.amazonaws.com`; the bucket is the first part of the path. */
  readonly endpoint: string
  readonly bucket: string
  /** What all keys begin with: empty, or with a slash at its end. */
  readonly prefix: string
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/** What a bucket lists. */
export interface S3Object {
  readonly key: string
  /** Another one when it is written anew. */
  readonly tag: string
}

/** Objects below a bucket's prefix. Everything rejects where the store doesn't answer, or refuses: in words without keys. */
export interface S3Client {
  put(key: string, body: Uint8Array): Promise<void>
  /** `undefined` where there is none, or not so many bytes from `start` on. */
  get(key: string, range?: { readonly start: number; readonly length: number }): Promise<Uint8Array | undefined>
  list(keyPrefix: string): AsyncIterable<S3Object>
  /** Fine where there is none. */
  remove(key: string): Promise<void>
}

/** Milliseconds for one request; tries where the store is busy. */
const [answerWithin, retries] = [120_000, 4]

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
const unescaped = (text: string): string =>
  text.replace(
    /&(?:(amp|lt|gt|quot|apos)|#(\d{1,7})|#x([\da-f]{1,6}));/gi,
    (_, name?: string, ten?: string, hex?: string) =>
      name === undefined ? String.fromCodePoint(Number(ten ?? `0x${hex}`)) : (entities[name.toLowerCase()] ?? ''),
  )
/** The text of an element without further ones in it. */
const textOf = (xml: string, name: string): string | undefined => {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1]
  return text === undefined ? undefined : unescaped(text)
}

/** Signed as AWS' Signature Version 4 asks (S3's REST API, ListObjectsV2). */
export const s3Client = ({ endpoint, bucket, prefix, region, ...keys }: S3Bucket): S3Client => {
  const client = new AwsClient({ ...keys, region, service: 's3', retries })
  const base = `${withoutTrailing(endpoint, '/')}/${bucket}`
  const urlOf = (key: string): string => `${base}/${encodedPath(prefix + key)}`

  const asked = async (
    method: 'GET' | 'PUT' | 'DELETE',
    url: string,
    { headers = {}, body }: { readonly headers?: Readonly<Record<string, string>>; readonly body?: Uint8Array } = {},
  ): Promise<Response> =>
    client.fetch(url, {
      ...{ method, redirect: 'error', signal: AbortSignal.timeout(answerWithin) },
      headers: {
        'x-amz-content-sha256': createHash('sha256')
          .update(body ?? '')
          .digest('hex'),
        ...headers,
      },
      ...(body ? { body: body as Uint8Array<ArrayBuffer> } : {}),
    })
  const refusal = async (answer: Response, doing: string): Promise<Error> => {
    const code = textOf(await answer.text(), 'Code')
    return new Error(`the store ${new URL(base).host} answers ${answer.status}${code ? ` (${code})` : ''} to ${doing}`)
  }
  return {
    put: async (key, body) => {
      const answer = await asked('PUT', urlOf(key), { body })
      if (!answer.ok) throw await refusal(answer, `the writing of ${prefix}${key}`)
      await answer.arrayBuffer()
    },
    get: async (key, range) => {
      const headers: Readonly<Record<string, string>> = range
        ? { range: `bytes=${range.start}-${range.start + range.length - 1}` }
        : {}
      const answer = await asked('GET', urlOf(key), { headers })
      if (answer.status === 404 || answer.status === 416) {
        await answer.arrayBuffer()
        return undefined
      }
      if (!answer.ok) throw await refusal(answer, `the reading of ${prefix}${key}`)
      const bytes = new Uint8Array(await answer.arrayBuffer())
      if (range && answer.status === 200) return bytes.subarray(range.start, range.start + range.length)
      return range && bytes.length !== range.length ? undefined : bytes
    },
    list: async function* (keyPrefix) {
      for (let token: string | undefined, more = true; more;) {
        const query = new URLSearchParams({ 'list-type': '2', prefix: prefix + keyPrefix })
        if (token !== undefined) query.set('continuation-token', token)
        const answer = await asked('GET', `${base}?${query.toString()}`)
        if (!answer.ok) throw await refusal(answer, `the listing of ${prefix}${keyPrefix}`)
        const xml = await answer.text()
        for (const content of xml.split('<Contents>').slice(1)) {
          const key = textOf(content, 'Key')
          if (key?.startsWith(prefix)) yield { key: key.slice(prefix.length), tag: textOf(content, 'ETag') ?? '' }
        }
        token = textOf(xml, 'NextContinuationToken')
        more = textOf(xml, 'IsTruncated') === 'true' && token !== undefined
      }
    },
    remove: async key => {
      const answer = await asked('DELETE', urlOf(key))
      if (!answer.ok && answer.status !== 404) throw await refusal(answer, `the removal of ${prefix}${key}`)
      await answer.arrayBuffer()
    },
  }
}
