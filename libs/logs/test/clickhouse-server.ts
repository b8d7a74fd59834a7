import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { E } from '@periplus/prelude'
import { loopbackPort, startServer, unpackDebianPackages } from '@periplus/service'
import type { LocalServer } from '@periplus/service'
import { tools } from './maven-jars.ts'

/** Debian's, unpacked beside the other servers, not installed: the directory that it is in. */
const ensureClickHouse = async (): Promise<string> => {
  const into = join(tools(), 'clickhouse')
  if (!existsSync(into)) {
    process.stderr.write(`installing ClickHouse from Debian into ${into}\n`)
    const unpacked = await unpackDebianPackages({ names: ['clickhouse-server'], into })
    if (E.isLeft(unpacked)) throw new Error(`no ClickHouse: ${unpacked.left}`)
  }
  return into
}

/** Where a package has its libraries. */
const librariesOf = async (root: string): Promise<string> => {
  const paths: string[] = []
  for (const directory of [join(root, 'usr/lib'), join(root, 'lib')])
    for (const name of await readdir(directory)) if (name.endsWith('-gnu')) paths.push(join(directory, name))
  return paths.join(':')
}

const configuration = (directory: string, http: number, native: number): string =>
  `<yandex>
<http_port>${http}</http_port><tcp_port>${native}</tcp_port><listen_host>127.0.0.1</listen_host>
${['path', 'tmp_path', 'user_files_path', 'format_schema_path'].map(name => `<${name}>${directory}/${name}/</${name}>`).join('')}
<logger><level>warning</level><console>1</console></logger><mark_cache_size>5368709</mark_cache_size>
<users_config>${directory}/users.xml</users_config><default_profile>default</default_profile><default_database>default</default_database>
</yandex>`

const users = (password: string): string =>
  `<yandex><profiles><default/></profiles><quotas><default/></quotas><users><default><password>${password}</password>
<networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota></default></users></yandex>`

export interface ClickHouse {
  readonly url: string
  readonly password: string
  readonly server: LocalServer
  /** What a query answers. */
  ask(query: string): Promise<string>
  dispose(): Promise<void>
}

/** A real ClickHouse on loopback: Debian's, which is of 2018. */
export const startClickHouse = async (): Promise<ClickHouse> => {
  const root = await ensureClickHouse()
  const directory = await mkdtemp(join(tmpdir(), 'periplus-clickhouse-'))
  const ports: number[] = []
  for (const name of ['http', 'native']) {
    const chosen = await loopbackPort(join(directory, `${name}.port`))
    if (E.isLeft(chosen)) throw new Error(chosen.left)
    ports.push(chosen.right)
  }
  const [http = 0, native = 0] = ports
  const password = 'hush'
  await mkdir(join(directory, 'path'))
  await writeFile(join(directory, 'config.xml'), configuration(directory, http, native))
  await writeFile(join(directory, 'users.xml'), users(password))
  const url = `http://127.0.0.1:${http}`
  const ask = async (query: string): Promise<string> => {
    const authorization = `Basic ${Buffer.from(`default:${password}`).toString('base64')}`
    const answer = await fetch(url, { method: 'POST', body: query, headers: { authorization } })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${answer.status} ${text}`)
    return text
  }
  const started = await startServer({
    ...{ name: 'clickhouse', directory, environment: { LD_LIBRARY_PATH: await librariesOf(root) } },
    ...{ command: join(root, 'usr/sbin/clickhouse-server'), args: [`--config-file=${join(directory, 'config.xml')}`] },
    answers: () =>
      ask('SELECT 1').then(
        () => true,
        () => false,
      ),
  })
  if (E.isLeft(started)) throw new Error(started.left)
  return {
    ...{ url, password, ask, server: started.right },
    dispose: async () => {
      await started.right.kill()
      await rm(directory, { recursive: true, force: true, maxRetries: 10 })
    },
  }
}
