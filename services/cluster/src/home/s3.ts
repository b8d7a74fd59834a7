import { readFileSync } from 'node:fs'
import { messageOf } from '@periplus/prelude'
import { s3Blobs } from '@periplus/log'
import type { Blobs } from '@periplus/log'
import { CannotGoOn } from './say.ts'
import type { Settings } from './settings.ts'

type S3Settings = Pick<Settings, 's3Endpoint' | 's3Region' | 's3Credentials'>

/** A line of a section in AWS' shared credentials file: `name = value`. */
const credentialsIn = (text: string): ReadonlyMap<string, string> => {
  const found = new Map<string, string>()
  let section = 'default'
  for (const line of text.split('\n').map(one => one.trim())) {
    section = /^\[(.*)\]$/.exec(line)?.[1]?.trim() ?? section
    const [, name, value] = /^(\w+)\s*=\s*(\S+)$/.exec(line) ?? []
    if (section === 'default' && name !== undefined && value !== undefined) found.set(name, value)
  }
  return found
}

const credentialsOf = (path: string | undefined): ReadonlyMap<string, string> => {
  if (path === undefined)
    throw new CannotGoOn('a bucket of S3 takes keys: PERIPLUS_S3_CREDENTIALS names the file that has them')
  try {
    return credentialsIn(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new CannotGoOn(`PERIPLUS_S3_CREDENTIALS: ${messageOf(error)}`)
  }
}

/** What lies at `s3://bucket/prefix`. */
export const openS3 = (place: string, { s3Endpoint, s3Region, s3Credentials }: S3Settings): Blobs => {
  const [, bucket = '', path = ''] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/.exec(place) ?? []
  if (bucket === '') throw new CannotGoOn(`${place} is no place in S3, such as s3://bucket/prefix`)
  const credentials = credentialsOf(s3Credentials)
  const [accessKeyId, secretAccessKey] = ['aws_access_key_id', 'aws_secret_access_key'].map(name =>
    credentials.get(name),
  )
  const sessionToken = credentials.get('aws_session_token')
  if (accessKeyId === undefined || secretAccessKey === undefined)
    throw new CannotGoOn(`${s3Credentials} has no aws_access_key_id and aws_secret_access_key under [default]`)
  const prefix = path === '' || path.endsWith('/') ? path : `${path}/`
  const endpoint = s3Endpoint ?? `https://s3.${s3Region}.amazonaws.com`
  return s3Blobs({
    ...{ endpoint, bucket, prefix, region: s3Region, accessKeyId, secretAccessKey },
    ...(sessionToken === undefined ? {} : { sessionToken }),
  })
}
