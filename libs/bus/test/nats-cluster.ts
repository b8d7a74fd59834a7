import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { dialogue, ensureNatsServer, loopbackPort, shippedFile, startServer } from '@periplus/service'
import type { LocalServer } from '@periplus/service'

/** Real servers that keep streams together. */
export interface NatsCluster {
  readonly servers: readonly string[]
  /** Where one is reached, by clients and by the others. */
  portsOf(name: string): { readonly client: number; readonly route: number }
  /** Ends one of them, as its machine would by losing power. */
  kill(name: string): Promise<void>
  /** Has one say that it stops. */
  stop(name: string): Promise<void>
  /** Starts one that was killed or stopped. */
  start(name: string): Promise<void>
  /** Where one keeps its streams. */
  directoryOf(name: string): string
  dispose(): Promise<void>
}

const need = <A>(answer: Either<string, A>): A => {
  if (E.isLeft(answer)) throw new Error(answer.left)
  return answer.right
}

/** A user of the system account, and one who may do anything with streams, as whom everybody connects who says nothing. */
export const systemUser = { user: 'health', password: 'health' }
export const anybody = { user: 'periplus', password: 'periplus' }

export const natsCluster = async (names: readonly string[] = ['a', 'b', 'c']): Promise<NatsCluster> => {
  const top = mkdtempSync(join(tmpdir(), 'periplus-nats-cluster-'))
  const home = process.env['PERIPLUS_HOME'] || join(shippedFile('package-lock.json'), '../.periplus')
  const command = need(await ensureNatsServer({ tools: join(home, 'tools'), say: () => undefined }))
  const port = async (name: string): Promise<number> => need(await loopbackPort(join(top, name), undefined))
  const members: { readonly name: string; readonly client: number; readonly route: number }[] = []
  for (const name of names)
    members.push({ name, client: await port(`${name}.port`), route: await port(`${name}.route`) })
  const routes = members.map(({ route }) => `nats://127.0.0.1:${route}`)
  const start = async ({ name, client, route }: (typeof members)[number]): Promise<LocalServer> => {
    const directory = join(top, name)
    mkdirSync(directory, { recursive: true })
    const conf = join(directory, 'nats.conf')
    const cluster = { name: 'periplus', listen: `127.0.0.1:${route}`, routes }
    const settings = {
      listen: `127.0.0.1:${client}`,
      server_name: name,
      cluster,
      jetstream: { store_dir: directory },
      accounts: {
        APP: { jetstream: 'enabled', users: [anybody] },
        SYS: { users: [systemUser] },
      },
      system_account: 'SYS',
      no_auth_user: anybody.user,
    }
    writeFileSync(conf, JSON.stringify(settings))
    return need(
      await startServer({
        ...{ name, command, args: ['-c', conf], environment: {}, directory },
        answers: async () => (await dialogue({ to: client, say: 'PING\r\n', until: /PONG/ })) !== undefined,
      }),
    )
  }
  const running = new Map<string, LocalServer>()
  await Promise.all(members.map(async member => running.set(member.name, await start(member))))
  return {
    servers: members.map(({ client }) => `127.0.0.1:${client}`),
    kill: async name => running.get(name)?.kill(),
    stop: async name => running.get(name)?.stop(),
    start: async name => {
      const member = members.find(one => one.name === name)
      if (member) running.set(name, await start(member))
    },
    portsOf: name => members.find(one => one.name === name) ?? { client: 0, route: 0 },
    directoryOf: name => join(top, name),
    dispose: async () => {
      await Promise.all([...running.values()].map(server => server.kill()))
      rmSync(top, { recursive: true })
    },
  }
}
