import { E, encodedPath, systemClock, withoutTrailing } from '@periplus/prelude'
import { AwsV4Signer } from 'aws4fetch'
import { taken } from '../backend.ts'
import type { LogBackend, LogWriter, WriteAnswer, WriteFailure, WriterLimits } from '../backend.ts'
import { readConfig } from '../config/read-config.ts'
import { readTemplate } from '../config/read-template.ts'
import { failureOf } from '../http/failure-of.ts'
import { requester } from '../http/requester.ts'
import type { Requester } from '../http/requester.ts'
import { readTls } from '../net/tls.ts'
import type { TlsOptions } from '../net/tls.ts'
import type { Template } from '../template.ts'
import { batchObjects } from './s3-object.ts'
import type { BatchObject } from './s3-object.ts'

interface Bucket {
  /** Of the bucket, without a slash at its end. */
  readonly url: string
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/** An object's lines need each other: a request that is refused for what is in it is so for its key or its size. */
const put = async (
  http: Requester,
  { url, ...keys }: Bucket,
  { key, body }: BatchObject,
  signal: AbortSignal,
): Promise<WriteFailure | undefined> => {
  const place = `${url}/${encodedPath(key)}`
  const headers = { 'content-type': 'application/x-ndjson', 'content-encoding': 'gzip' }
  const signer = new AwsV4Signer({ method: 'PUT', url: place, headers, body, service: 's3', ...keys })
  const signed = await signer.sign()
  const answered = await http.send(
    { method: 'PUT', url: signed.url, headers: Object.fromEntries(signed.headers), body },
    signal,
  )
  if (E.isLeft(answered)) return { tag: 'Unavailable', why: answered.left }
  const failure = failureOf(answered.right, systemClock.now())
  return failure?.tag === 'Poisoned' ? { ...failure, tag: 'Denied' } : failure
}

const s3Writer = (bucket: Bucket, prefix: Template, tls: TlsOptions, limits: WriterLimits): LogWriter => {
  const http = requester(tls, limits)
  let closed = false
  return {
    write: async (lines, signal): Promise<WriteAnswer> => {
      if (closed) return { tag: 'Unavailable', why: 'the writer is closed' }
      const again: number[] = []
      let failure: WriteFailure | undefined
      const objects = batchObjects(lines, prefix)
      for (const object of objects) {
        const failed = await put(http, bucket, object, signal)
        if (failed === undefined) continue
        failure ??= failed
        again.push(...object.indexes)
      }
      if (failure === undefined) return taken
      if (again.length === lines.length) return failure
      return { tag: 'Taken', again: again.sort((a, b) => a - b), failure }
    },
    flush: async () => undefined,
    close: async () => {
      closed = true
      http.close()
    },
  }
}

/**
 * Objects of an S3-compatible store, one or a few a batch, signed with AWS' Signature Version 4. `url` is the bucket's. Batches
 * should be large: each is an object.
 */
export const s3Backend: LogBackend = {
  name: 's3',
  open: (config, credentials, limits) => {
    const read = readConfig(config)
    const url = read.url('url', ['http:', 'https:'])
    const region = read.text('region') ?? 'us-east-1'
    const prefix = readTemplate(read, 'prefix', '{namespace}/{date}/')
    const tls = readTls(read, credentials)
    const accessKeyId = credentials.get('accessKeyId')
    const secretAccessKey = credentials.get('secretAccessKey')
    const sessionToken = credentials.get('sessionToken')
    if (!accessKeyId || !secretAccessKey) read.fault('', 'the Secret must have accessKeyId and secretAccessKey')
    const bucket = {
      ...{ url: withoutTrailing(url.href, '/'), region },
      ...{ accessKeyId: accessKeyId ?? '', secretAccessKey: secretAccessKey ?? '' },
      ...(sessionToken === undefined ? {} : { sessionToken }),
    }
    return read.opens(() => s3Writer(bucket, prefix, tls, limits))
  },
}
