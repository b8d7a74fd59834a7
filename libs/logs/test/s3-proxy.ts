import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, readdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { E } from '@periplus/prelude'
import { loopbackPort } from '@periplus/service'
import { ensureJars, frugalJava } from './maven-jars.ts'
import { restartableServer } from './restartable-server.ts'
import type { RestartableServer } from './restartable-server.ts'

const version = '2.6.0'

export interface S3Proxy extends RestartableServer {
  readonly url: string
  readonly keys: { readonly accessKeyId: string; readonly secretAccessKey: string }
  /** A new bucket, by its name. */
  bucket(): Promise<string>
  /** Where a bucket's objects are, each a file under its key. */
  directoryOf(bucket: string): string
  /** A bucket's objects, in the order of their keys. */
  objects(bucket: string): Promise<ReadonlyMap<string, Buffer>>
}

/** A real store that speaks S3 and checks signatures: S3Proxy over files, on loopback. Needs a JDK and `mvn` on the PATH. */
export const startS3Proxy = async (): Promise<S3Proxy> => {
  const jars = await ensureJars(`s3proxy-${version}`, [`org.gaul:s3proxy:${version}`])
  const directory = await mkdtemp(join(tmpdir(), 'periplus-s3proxy-'))
  const chosen = await loopbackPort(join(directory, 'port'))
  if (E.isLeft(chosen)) throw new Error(chosen.left)
  const url = `http://127.0.0.1:${chosen.right}`
  const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'hush/hush' }
  const stored = join(directory, 'stored')
  await mkdir(stored)
  const settings = {
    ...{ 's3proxy.endpoint': url, 's3proxy.authorization': 'aws-v4' },
    ...{ 's3proxy.identity': keys.accessKeyId, 's3proxy.credential': keys.secretAccessKey },
    ...{ 'jclouds.provider': 'filesystem-nio2', 'jclouds.filesystem.basedir': stored },
    ...{ 'jclouds.identity': 'local', 'jclouds.credential': 'local' },
  }
  const [properties, logging] = [join(directory, 's3proxy.conf'), join(directory, 'logback.xml')]
  await writeFile(
    properties,
    Object.entries(settings)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  )
  await writeFile(logging, '<configuration><root level="warn"/></configuration>')
  const server = await restartableServer({
    ...{ name: 's3proxy', command: 'java', environment: { LC_ALL: 'C.UTF-8' }, directory, startWithin: 60_000 },
    args: [
      ...['-Xmx192m', ...frugalJava, `-Dlogback.configurationFile=${logging}`, '-cp', `${jars}/*`],
      ...['org.gaul.s3proxy.Main', '--properties', properties],
    ],
    answers: () =>
      fetch(url).then(
        ({ status }) => status === 403,
        () => false,
      ),
  })
  let buckets = 0
  return {
    ...server,
    ...{ url, keys },
    bucket: async () => {
      const bucket = `bucket-${++buckets}`
      await mkdir(join(stored, bucket))
      return bucket
    },
    directoryOf: bucket => join(stored, bucket),
    objects: async bucket => {
      const found = await readdir(join(stored, bucket), { recursive: true, withFileTypes: true })
      const paths = found.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
      const objects = new Map<string, Buffer>()
      for (const path of paths.sort())
        if (existsSync(path)) objects.set(path.slice(stored.length + bucket.length + 2), await readFile(path))
      return objects
    },
  }
}
