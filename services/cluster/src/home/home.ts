import { accessSync, constants, mkdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { isAbsent, messageOf } from '@periplus/prelude'
import { writePrivately } from '@periplus/service'
import { CannotGoOn } from './say.ts'

/** Where everything local lives; one function per place, so that nothing else spells a path. */
export const homeOf = (directory: string) => ({
  directory,
  kubeconfig: join(directory, 'kubeconfig'),
  pki: join(directory, 'pki'),
  /** The certificate of the cluster's authority, in PEM. */
  ca: join(directory, 'pki', 'ca.crt'),
  /** By which other hosts know the NATS of this one. */
  natsCertificate: join(directory, 'pki', 'nats.pem'),
  /** By which the NATS of the control plane knows this host's node: the seed of its key. */
  natsKey: join(directory, 'pki', 'nats-node.key'),
  /** Certificate and key of a node, in one. */
  nodeIdentity: (name: string) => join(directory, 'pki', 'nodes', `${name}.pem`),
  /** By which the data keys of sealed objects are wrapped. */
  secretKeys: join(directory, 'pki', 'secrets.keys'),
  nats: join(directory, 'nats'),
  /** Where the servers are that keep the log together. */
  natsServers: join(directory, 'nats-servers.json'),
  /** What has left the log, unless it is kept elsewhere. */
  archive: join(directory, 'archive'),
  /** Who asked the API server for what, where that is audited. */
  audit: join(directory, 'audit'),
  /** What controllers would do that decide beside those that run. */
  shadow: join(directory, 'shadow'),
  /** A backup that the log is to begin with, until it has. */
  restored: join(directory, 'restored.backup'),
  redis: join(directory, 'redis'),
  /** The server that consumers from outside read from. */
  feed: join(directory, 'feed'),
  /** What a consumer from outside needs to connect. */
  consumer: (name: string) => join(directory, 'consumers', `${name}.json`),
  containerd: join(directory, 'containerd'),
  images: join(directory, 'images'),
  tools: join(directory, 'tools'),
  logs: join(directory, 'logs'),
  /** Lines that log sinks have still to deliver, where the stream may let go of them. */
  logBuffers: join(directory, 'log-buffers'),
  nodes: join(directory, 'nodes'),
  node: (name: string) => join(directory, 'nodes', name),
  /** Where a node without containers keeps what it runs. */
  processes: (name: string) => join(directory, 'nodes', name, 'processes'),
  cluster: join(directory, 'cluster.json'),
  supervisor: join(directory, 'supervisor.json'),
})

export type Home = ReturnType<typeof homeOf>

/** What a served process writes when it is ready, and touches while it lives; removed before it starts. */
export const readyFile = (home: Home, name: string): string => join(home.logs, `${name}.ready`)

/** Processes that not every cluster has. */
export type WantedProcess = 'log-router' | 'ingress'

/** Says that such a process is wanted. */
export const wantedFile = (home: Home, name: WantedProcess): string => join(home.logs, `${name}.wanted`)

/** What configuration files and mount options of the servers take for something else. */
const unusable = /[\p{Cc}"\\,:]/u

/** Creates the directories that hold secrets closed to others. Refuses a home that somebody else could put files into. */
export const makeHome = (home: Home): void => {
  const found = unusable.exec(home.directory)?.[0]
  if (found !== undefined)
    throw new CannotGoOn(`PERIPLUS_HOME=${home.directory}: a path with ${JSON.stringify(found)} cannot be used`)
  try {
    for (const directory of [home.directory, home.pki, home.logs, home.tools])
      mkdirSync(directory, { recursive: true, mode: 0o700 })
    for (const directory of [home.directory, home.logs]) accessSync(directory, constants.W_OK)
  } catch (error) {
    throw new CannotGoOn(`${home.directory} cannot be used: ${messageOf(error)}`)
  }
  for (const directory of [home.directory, home.pki, home.logs]) {
    const { uid, mode } = statSync(directory)
    if (uid !== process.geteuid?.())
      throw new CannotGoOn(`${directory} cannot be used: it belongs to another user (${uid})`)
    if ((mode & 0o022) !== 0)
      throw new CannotGoOn(`${directory} cannot be used: others may write there (mode ${(mode & 0o777).toString(8)})`)
  }
}

/** The parsed file, or `undefined` where there is none; a file that isn't JSON is a damaged home. */
export const readJson = (path: string, advice = "'periplus reset' starts afresh"): unknown => {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    if (isAbsent(error)) return undefined
    throw new CannotGoOn(`${path} is damaged (${messageOf(error)}); ${advice}`)
  }
}

/** Whole or not at all, and not where it says so already. */
export const writeJson = (path: string, value: unknown): void =>
  writePrivately(path, `${JSON.stringify(value, null, 2)}\n`)
