import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { dialogue, ensureNatsServer, loopbackPort, shippedFile, startServer } from '@periplus/service'

/** Three real servers that keep streams together. */
export interface NatsCluster {
  readonly servers: readonly string[]
  dispose(): Promise<void>
}

const need = <A>(answer: Either<string, A>): A => {
  if (E.isLeft(answer)) throw new Error(answer.left)
  return answer.right
}

const names = ['a', 'b', 'c'] as const

export const natsCluster = async (): Promise<NatsCluster> => {
  const top = mkdtempSync(join(tmpdir(), 'periplus-nats-cluster-'))
  const home = process.env['PERIPLUS_HOME'] || join(shippedFile('package-lock.json'), '../.periplus')
  const command = need(await ensureNatsServer({ tools: join(home, 'tools'), say: () => undefined }))
  const port = async (name: string): Promise<number> => need(await loopbackPort(join(top, name), undefined))
  const members: { readonly name: string; readonly client: number; readonly route: number }[] = []
  for (const name of names)
    members.push({ name, client: await port(`${name}.port`), route: await port(`${name}.route`) })
  const routes = members.map(({ route }) => `nats://127.0.0.1:${route}`)
  const started = await Promise.all(
    members.map(async ({ name, client, route }) => {
      const directory = join(top, name)
      mkdirSync(directory)
      const conf = join(directory, 'nats.conf')
      const cluster = { name: 'test', listen: `127.0.0.1:${route}`, routes }
      const settings = {
        listen: `127.0.0.1:${client}`,
        server_name: name,
        cluster,
        jetstream: { store_dir: directory },
      }
      writeFileSync(conf, JSON.stringify(settings))
      return need(
        await startServer({
          ...{ name, command, args: ['-c', conf], environment: {}, directory },
          answers: async () => (await dialogue({ to: client, say: 'PING\r\n', until: /PONG/ })) !== undefined,
        }),
      )
    }),
  )
  return {
    servers: members.map(({ client }) => `127.0.0.1:${client}`),
    dispose: async () => {
      await Promise.all(started.map(server => server.kill()))
      rmSync(top, { recursive: true })
    },
  }
}
