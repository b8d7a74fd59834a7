import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { E } from '@periplus/prelude'
import { loopbackPort, startServer } from '@periplus/service'
import type { LocalServer } from '@periplus/service'
import { ensureJars, frugalJava } from './maven-jars.ts'

const version = '2.6.0'

export interface S3Proxy {
  readonly url: string
  readonly keys: { readonly accessKeyId: string; readonly secretAccessKey: string }
  /** A new bucket, by its name. */
  bucket(): Promise<string>
  /** Where a bucket's objects are, each a file under its key. */
  directoryOf(bucket: string): string
  /** A bucket's objects, in the order of their keys. */
  objects(bucket: string): Promise<ReadonlyMap<string, Buffer>>
  stop(): Promise<void>
  start(): Promise<void>
  /** It stands still, and goes on. */
  freeze(): void
  thaw(): void
  dispose(): Promise<void>
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
  const begin = async (): Promise<LocalServer> => {
    const started = await startServer({
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
    if (E.isLeft(started)) throw new Error(started.left)
    return started.right
  }
  let server = await begin()
  let buckets = 0
  return {
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
    stop: () => server.stop(),
    start: async () => void (server = await begin()),
    freeze: () => void process.kill(server.pid, 'SIGSTOP'),
    thaw: () => void process.kill(server.pid, 'SIGCONT'),
    dispose: async () => {
      await server.kill()
      await rm(directory, { recursive: true, force: true, maxRetries: 10 })
    },
  }
}
