import { existsSync } from 'node:fs'
import { readFile, readdir, writeFile } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { E } from '@periplus/prelude'
import { shippedFile, startServer, unpackDebianPackages } from '@periplus/service'
import type { LocalServer } from '@periplus/service'

const tools = (): string =>
  join(process.env['PERIPLUS_HOME'] ?? join(shippedFile('package-lock.json'), '../.periplus'), 'tools')

/** Debian's rsyslog, unpacked beside the other servers, not installed. */
const ensureRsyslog = async (): Promise<string> => {
  const into = join(tools(), 'rsyslog')
  if (!existsSync(into)) {
    const unpacked = await unpackDebianPackages({ names: ['rsyslog'], into })
    if (E.isLeft(unpacked)) throw new Error(`no rsyslog: ${unpacked.left}`)
  }
  return into
}

const answers = (port: number): Promise<boolean> =>
  new Promise(resolve => {
    const socket = createConnection(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('close', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })

export interface Rsyslog {
  readonly server: LocalServer
  /** What it wrote: a JSON object a message. */
  messages(): Promise<readonly Readonly<Record<string, string>>[]>
}

/** A real rsyslog on a port of loopback, TCP and UDP, that writes what it understood of each message to a file. */
export const startRsyslog = async (directory: string, port: number): Promise<Rsyslog> => {
  const root = await ensureRsyslog()
  const libraries = join(
    root,
    'usr/lib',
    (await readdir(join(root, 'usr/lib'))).find(name => name.endsWith('-gnu')) ?? '',
  )
  const output = join(directory, 'messages')
  const field = (name: string): string => `property(outname="${name}" name="${name}" format="jsonf")`
  const configuration = join(directory, 'rsyslog.conf')
  await writeFile(
    configuration,
    [
      `global(workDirectory="${directory}" maxMessageSize="128k" parser.escapeControlCharactersOnReceive="off")`,
      'module(load="imtcp") module(load="imudp")',
      'template(name="json" type="list") { constant(value="{")',
      [...['hostname', 'app-name', 'procid', 'structured-data', 'syslogseverity', 'msg', 'timestamp'].map(field)].join(
        ' constant(value=",") ',
      ),
      'constant(value="}\\n") }',
      `ruleset(name="all") { action(type="omfile" file="${output}" template="json") }`,
      `input(type="imtcp" address="127.0.0.1" port="${port}" ruleset="all")`,
      `input(type="imudp" address="127.0.0.1" port="${port}" ruleset="all" rcvbufSize="8m")`,
      '',
    ].join('\n'),
  )
  const started = await startServer({
    name: 'rsyslogd',
    command: join(root, 'usr/sbin/rsyslogd'),
    args: ['-n', '-f', configuration, '-i', join(directory, 'rsyslog.pid'), '-M', join(libraries, 'rsyslog')],
    environment: { LD_LIBRARY_PATH: libraries },
    directory,
    answers: () => answers(port),
  })
  if (E.isLeft(started)) throw new Error(started.left)
  return {
    server: started.right,
    messages: async () =>
      (await readFile(output, 'utf8').catch(() => ''))
        .split('\n')
        .slice(0, -1)
        .map(line => JSON.parse(line) as Record<string, string>),
  }
}
