import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { recordedProcess } from '../processes/recorded-process.ts'
import { writePrivately } from './private-file.ts'
import { shippedFile } from './shipped-file.ts'

/** A node of another host, as NATS knows it. */
export interface NatsNode {
  /** What it may publish to and listen to, such as `periplus.nodes.two.>`. */
  readonly subjects: string
  /** The public half of its key, of which it alone has the seed. */
  readonly publicKey: string
}

export interface NatsConfiguration {
  readonly nodes: readonly NatsNode[]
  /** File with the server's certificate and its key in PEM: then other hosts may connect, encrypted. */
  readonly certificate?: string | undefined
}

/** The user of the node on the server's own machine, whose rights those of other hosts have too. */
const nodeUser = (shipped: string): string | undefined => {
  const begin = shipped.indexOf('\n    {\n      user: node, password: $PERIPLUS_NATS_NODE_PASSWORD\n')
  const end = shipped.indexOf('\n    }', begin + 1)
  return begin < 0 || end < 0 ? undefined : shipped.slice(begin, end + '\n    }'.length)
}

/** The shipped configuration with a user for each joined node, and with encryption where other hosts are to reach the server. */
export const natsConfiguration = (shipped: string, { nodes, certificate }: NatsConfiguration): string => {
  const user = nodeUser(shipped)
  if (user === undefined) throw new Error('the shipped configuration of NATS has no user for a node')
  const joined = nodes.map(({ subjects, publicKey }) =>
    user
      .replace('user: node, password: $PERIPLUS_NATS_NODE_PASSWORD', () => `nkey: ${publicKey}`)
      .replaceAll('$PERIPLUS_NATS_NODE_SUBJECTS', () => JSON.stringify(subjects)),
  )
  const withNodes = shipped.replace(user, () => [user, ...joined].join(''))
  if (certificate === undefined) return withNodes
  const file = JSON.stringify(certificate)
  // Who is on this machine may go without: what it says does not leave the machine.
  return `${withNodes}\ntls { cert_file: ${file}, key_file: ${file} }\nallow_non_tls: true\n`
}

const choicesFile = (directory: string): string => join(directory, 'nats.choices.json')

/** Below the server's directory; what it was started with the last time. */
export const configurationFile = (directory: string): string => join(directory, 'nats.conf')

const chosenBefore = (directory: string): NatsConfiguration => {
  try {
    return JSON.parse(readFileSync(choicesFile(directory), 'utf8')) as NatsConfiguration
  } catch {
    return { nodes: [] }
  }
}

/** Writes the configuration of the server in `directory`; what is not given stays as it was. */
export const writeNatsConfiguration = (directory: string, choices: Partial<NatsConfiguration>): void => {
  const chosen = { ...chosenBefore(directory), ...choices }
  writePrivately(choicesFile(directory), `${JSON.stringify(chosen)}\n`)
  const shipped = readFileSync(shippedFile('deploy/nats/nats.conf'), 'utf8')
  writePrivately(configurationFile(directory), natsConfiguration(shipped, chosen))
}

/** Lets in these nodes of other hosts and no others, from now on: a running server ends connections of those who are gone. */
export const setNatsNodes = (directory: string, nodes: readonly NatsNode[]): void => {
  if (JSON.stringify(chosenBefore(directory).nodes) === JSON.stringify(nodes)) return
  writeNatsConfiguration(directory, { nodes })
  const server = recordedProcess(join(directory, 'nats.pid'))
  if (server) process.kill(server.pid, 'SIGHUP')
}
