import { randomUUID } from 'node:crypto'
import { dialogue } from './dialogue.ts'

/** What a NATS server says of its streams. */
export type NatsHealth =
  | { readonly tag: 'Well' }
  /** It doesn't answer. */
  | { readonly tag: 'Silent' }
  /** A stream met an error of the disk. The server keeps it, and takes nothing more for the stream until it is started again. */
  | { readonly tag: 'WriteError'; readonly streams: readonly string[]; readonly message: string }
  /** One that keeps the log with others had no room for what they agree on: it has given up all its streams until it is started again. */
  | { readonly tag: 'Disabled'; readonly message: string }
  /** Anything else, such as a stream that is still being read at the start. */
  | { readonly tag: 'Unwell'; readonly message: string }

interface Answer {
  readonly data?: {
    readonly status?: string
    readonly error?: string
    readonly errors?: readonly { readonly error?: string }[]
  }
}

const readAnswer = (text: string): Answer['data'] => {
  try {
    return (JSON.parse(text) as Answer).data
  } catch {
    return undefined
  }
}

/** The server's answer to a health request, as a value. Only the first stream with an error is named without `details`. */
export const natsHealthOf = (text: string): NatsHealth => {
  const data = readAnswer(text)
  if (data?.status === 'ok') return { tag: 'Well' }
  const errors = [
    ...(data?.error === undefined ? [] : [data.error]),
    ...(data?.errors ?? []).map(one => one.error ?? ''),
  ]
  const failed = errors.filter(error => / write error: /.test(error))
  const message = failed[0] ?? errors[0] ?? 'an answer that says nothing'
  if (errors.some(error => error.startsWith('JetStream not enabled'))) return { tag: 'Disabled', message }
  if (failed.length === 0) return { tag: 'Unwell', message }
  const streams = failed.map(error => /stream '[^']*> ([^']+)'/.exec(error)?.[1] ?? '')
  return { tag: 'WriteError', streams, message }
}

interface HealthQuestion {
  /** Of the server: in a cluster, all that are reached would answer. */
  readonly name: string
  readonly user: string
  readonly password: string
}

/** Asks over the system account, which sees health and no message of anybody. */
export const natsHealth = async (port: number, login: HealthQuestion): Promise<NatsHealth> => {
  const connect = { verbose: false, pedantic: false, user: login.user, pass: login.password }
  // Of this question alone: the answer to an earlier one, which nobody waits for any more, may still come.
  const inbox = `_INBOX.${randomUUID()}`
  const question = JSON.stringify({ details: true, server_name: login.name, exact_match: true })
  const answer = await dialogue({
    to: port,
    say:
      `CONNECT ${JSON.stringify(connect)}\r\nSUB ${inbox} 1\r\n` +
      `PUB $SYS.REQ.SERVER.PING.HEALTHZ ${inbox} ${question.length}\r\n${question}\r\n`,
    until: new RegExp(`MSG ${inbox} [^]*\\r\\n\\{[^]*\\}\\r\\n`),
  })
  const body = /\r\nMSG [^\r]*\r\n(\{[^]*\})\r\n/.exec(answer ?? '')?.[1]
  return body === undefined ? { tag: 'Silent' } : natsHealthOf(body)
}
