import { execFile } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { nodeSubjects } from '@periplus/runtime'
import { feedStream } from '@periplus/log'
import { startFeed, startNats, startRedis, startServer } from '@periplus/service'
import type { NatsHealth, StartNats } from '@periplus/service'
import type { Settings } from '../home/settings.ts'
import { clusterOf } from '../home/cluster-file.ts'
import { readyFile } from '../home/home.ts'
import type { Home } from '../home/home.ts'
import { natsMember, readNatsServers } from '../home/nats-servers.ts'
import { groups } from '../roles/table.ts'
import type { Child, ChildSpec } from './keep-running.ts'

/** A refusal to start becomes a rejection here, at the supervisor's edge. */
const orThrow = <A>(result: Either<string, A>): A => {
  if (E.isLeft(result)) throw new Error(result.left)
  return result.right
}

/** What is started again comes back at the port where its clients look for it, or not at all. */
const atOnePort = <S extends Child & { readonly port: number }>(
  name: string,
  start: (port: { readonly port?: number }) => Promise<Either<string, S>>,
): ChildSpec & { readonly running: () => S | undefined } => {
  let running: S | undefined
  return {
    name,
    start: async () => (running = orThrow(await start(running ? { port: running.port } : {}))),
    running: () => running,
  }
}

/** Alone, or as one of those that keep the log together; the user `node` is the first host's node wherever it connects. */
export const natsOptions = (
  home: Home,
  { sync, nodeFeed }: Settings,
  binary: string,
  member = natsMember(home),
): StartNats => ({
  binary,
  directory: home.nats,
  sync,
  ...(clusterOf(home).advertise === undefined && !member ? {} : { certificate: home.natsCertificate }),
  ...(member ? { member } : {}),
  nodesReadFeeds: nodeFeed === '1',
  nodeSubjects: nodeSubjects(readNatsServers(home)?.servers[0]?.name ?? clusterOf(home).nodeName).all,
})

export const natsChild = (home: Home, settings: Settings, binary: string) => {
  const spec = atOnePort('nats', port => startNats({ ...natsOptions(home, settings, binary), ...port }))
  const health = async (): Promise<NatsHealth> => (await spec.running()?.health()) ?? { tag: 'Silent' }
  return { ...spec, health, answers: async () => (await health()).tag !== 'Silent' }
}

/** To the supervisor's log. */
const onUnreadable = (movedTo: string): void =>
  console.error(
    `periplus: Redis cannot read its snapshot, which is now ${movedTo}: the projection is built anew from the log`,
  )

/** The server that consumers from outside read from. */
export const feedServerChild = (home: Home, binary: string): ChildSpec => {
  const spec = atOnePort('feed-server', port =>
    startFeed({
      ...{ binary, directory: home.feed, stream: feedStream, ...port },
      ...(clusterOf(home).advertise === undefined ? {} : { certificate: home.natsCertificate }),
    }),
  )
  return { ...spec, answers: async () => (await spec.running()?.answers()) === true }
}

export const redisChild = (home: Home, binary: string): ChildSpec => {
  const spec = atOnePort('redis', port => startRedis({ binary, directory: home.redis, onUnreadable, ...port }))
  return { ...spec, answers: async () => (await spec.running()?.answers()) === true }
}

/** The program that this is: `dist/main.js`. */
const entry = (): string => process.argv[1] ?? ''

/**
 * Issues the node's certificate in a process that ends with it: what issues certificates is large, and the supervisor stays small
 * for as long as the cluster runs. Rejects with the line that a person is told.
 */
export const issueNodeIdentity = (home: Home): Promise<void> =>
  new Promise((resolve, reject) =>
    execFile(
      process.execPath,
      [entry(), 'issue-identity', clusterOf(home).nodeName],
      { env: { ...process.env, PERIPLUS_HOME: home.directory } },
      (error, _, stderr) => (error ? reject(new Error(stderr.replace(/^periplus: /, '').trim())) : resolve()),
    ),
  )

/** Roles that `up` runs in a process each. */
const servedRoles = {
  'control-plane': groups['control-plane'].join(','),
  'control-plane-copy': groups['control-plane-copy'].join(','),
  node: 'service-proxy,dns,node',
  'log-router': 'log-router',
  ingress: 'ingress',
  feed: 'feed',
}

/** The servers that keep the log together may still be choosing who leads them, which takes them up to ten seconds. */
const servedWithin = 60_000

/** A process of this program under its own command, such as `serve apiserver,controllers`. */
export const servedChild = (home: Home, served: keyof typeof servedRoles): ChildSpec => {
  const name = served === 'control-plane-copy' ? 'control-plane' : served
  return {
    name,
    roles: servedRoles[served].split(','),
    start: async (): Promise<Child> => {
      rmSync(readyFile(home, name), { force: true })
      return orThrow(
        await startServer({
          name,
          startWithin: servedWithin,
          command: process.execPath,
          args: ['--enable-source-maps', entry(), 'serve', servedRoles[served]],
          environment: { ...periplusVariables(), PERIPLUS_HOME: home.directory },
          directory: home.logs,
          answers: async () => existsSync(readyFile(home, name)),
        }),
      )
    },
    answers: beats(readyFile(home, name)),
  }
}

/** Whether the file was touched since it was last asked. */
const beats = (path: string): (() => Promise<boolean>) => {
  let last = 0
  return async () => {
    const { mtimeMs } = await stat(path)
    const beaten = mtimeMs !== last
    last = mtimeMs
    return beaten
  }
}

const periplusVariables = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).filter(
      (pair): pair is [string, string] => pair[0].startsWith('PERIPLUS_') && !!pair[1],
    ),
  )
