import { E, nanoTimeText } from '@periplus/prelude'
import { taken } from '../backend.ts'
import type { Credentials, LogBackend, WriteAnswer, WriteFailure } from '../backend.ts'
import { readConfig } from '../config/read-config.ts'
import { readTemplate } from '../config/read-template.ts'
import type { LogLine } from '../line.ts'
import { peer } from '../net/peer.ts'
import type { Conversation } from '../net/peer.ts'
import { readTls } from '../net/tls.ts'
import { commandBytes, repliesIn } from './resp.ts'
import type { Reply } from './resp.ts'

const fieldsOf = (line: LogLine): readonly (string | Uint8Array)[] => {
  const { source, stream, time, number, bytes, fields } = line
  return [
    ...['time', nanoTimeText(time), 'namespace', source.namespace, 'pod', source.pod, 'pod_uid', source.podUid],
    ...['container', source.container, 'node', source.node, 'restart', String(source.restart), 'stream', stream],
    ...['number', String(number), 'message', bytes],
    ...(source.labels === undefined ? [] : ['labels', JSON.stringify(source.labels)]),
    ...(fields === undefined ? [] : ['fields', JSON.stringify(Object.fromEntries(fields))]),
  ]
}

/** What only a person can mend. */
const denied =
  /^(NOAUTH|WRONGPASS|NOPERM|WRONGTYPE|MOVED|CROSSSLOT|ERR (invalid DB index|DB index|AUTH|Client sent AUTH|unknown command))/

const failureIn = (message: string): WriteFailure => ({
  tag: denied.test(message) ? 'Denied' : 'Unavailable',
  why: message.slice(0, 200),
})

/** Of MULTI, what was queued, and EXEC: why a transaction did not happen is said before its end. */
const answerIn = (replies: readonly Reply[]): WriteAnswer => {
  const results = replies.flatMap(reply => (reply.tag === 'List' ? reply.replies : [reply]))
  const error = results.find(reply => reply.tag === 'Error')
  return error?.tag === 'Error' ? failureIn(error.message) : taken
}

const greeting = (credentials: Credentials, database: number) => {
  const username = credentials.get('username')
  const password = credentials.get('password')
  const words = [
    ...(password === undefined ? [] : [['AUTH', ...(username === undefined ? [] : [username]), password]]),
    ...(database === 0 ? [] : [['SELECT', String(database)]]),
    // Whoever is not let in learns it here, in words; a long command would only end the connection.
    ['PING'],
  ]
  return async (conversation: Conversation): Promise<WriteFailure | undefined> => {
    for (const command of words) {
      const replies = await conversation.ask(Buffer.concat(commandBytes(command)), bytes => repliesIn(bytes, 1))
      const [reply] = replies
      if (reply?.tag === 'Error') return failureIn(reply.message)
    }
    return undefined
  }
}

/**
 * Streams of one Redis: an entry a line, with the line's bytes as they are in `message`. A batch is one transaction, so that it is
 * there whole and in order, or not at all. `redis://host:port/database` or `rediss://` (TLS); no Redis Cluster.
 */
export const redisBackend: LogBackend = {
  name: 'redis',
  open: (config, credentials, limits) => {
    const read = readConfig(config)
    const url = read.url('url', ['redis:', 'rediss:'])
    const key = readTemplate(read, 'key', 'logs:{namespace}')
    const most = read.count('maxLength', 1_000_000, 2 ** 40)
    const tls = readTls(read, credentials)
    const database = Number(url.pathname.slice(1) || '0')
    if (!Number.isInteger(database) || database < 0) read.fault('url', 'must end with the number of a database, or not')
    return read.opens(() => {
      const server = peer({
        host: url.hostname,
        port: Number(url.port || '6379'),
        ...(url.protocol === 'rediss:' ? { tls } : {}),
        limits,
        greet: greeting(credentials, database),
      })
      const append = (line: LogLine): readonly Uint8Array[] =>
        commandBytes(['XADD', key.of(line), 'MAXLEN', '~', String(most), '*', ...fieldsOf(line)])
      return {
        write: async (lines, signal) => {
          const commands = [commandBytes(['MULTI']), ...lines.map(append), commandBytes(['EXEC'])]
          const replies = await server.ask(
            Buffer.concat(commands.flat()),
            received => repliesIn(received, lines.length + 2),
            signal,
          )
          return E.isLeft(replies) ? replies.left : answerIn(replies.right)
        },
        flush: async () => undefined,
        close: async () => server.close(),
      }
    })
  },
}
