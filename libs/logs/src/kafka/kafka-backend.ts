import { linkedAbort, thrownText } from '@periplus/prelude'
import type { Producer, ProducerOptions } from '@platformatic/kafka'
import { taken } from '../backend.ts'
import type { Credentials, LogBackend, LogWriter, WriteFailure, WriterLimits } from '../backend.ts'
import { readConfig } from '../config/read-config.ts'
import { readTemplate } from '../config/read-template.ts'
import { documentOf } from '../document.ts'
import { readTls } from '../net/tls.ts'
import type { Template } from '../template.ts'

type Options = ProducerOptions<string, string, string, string>

/** Milliseconds until the client asks again what may be asked again, such as a topic that is being made. */
const retryDelay = 200
/** An idempotent producer takes fewer for no bound at all, and one that was closed while it asked goes on for as many. */
const fewestRetries = 2

const broker = /^(\[[0-9a-f:.]+\]|[A-Za-z0-9.-]{1,253}):([0-9]{1,5})$/i

/** Kafka's words for what only a person can mend, and for a message that is too large. */
const denied = /AUTHORIZATION_FAILED|SASL|ILLEGAL|UNSUPPORTED_VERSION|INVALID_TOPIC/
const tooLarge = /MESSAGE_TOO_LARGE|RECORD_LIST_TOO_LARGE/

/** The client nests what the broker said in the errors of its attempts. */
const wordsOf = (error: unknown, deep = 4): string => {
  if (deep === 0 || typeof error !== 'object' || error === null) return ''
  const { message, apiId, cause, errors } = error as {
    message?: string
    apiId?: string
    cause?: unknown
    errors?: unknown
  }
  const inner = [cause, ...(Array.isArray(errors) ? errors : Object.values(errors ?? {}))]
  return [apiId, message, ...inner.map(each => wordsOf(each, deep - 1))].filter(Boolean).join(': ')
}

const failureOf = (error: unknown): WriteFailure => {
  const words = wordsOf(error) || thrownText(error)
  const why = words.slice(0, 300)
  if (tooLarge.test(words)) return { tag: 'TooLarge', why }
  return { tag: denied.test(words) ? 'Denied' : 'Unavailable', why }
}

const abandoned = (
  signal: AbortSignal,
  milliseconds: number,
): { readonly failed: Promise<WriteFailure>; readonly forget: () => void } => {
  const within = linkedAbort(signal, AbortSignal.timeout(milliseconds))
  const failed = new Promise<WriteFailure>(resolve => {
    const give = (): void =>
      resolve({ tag: 'Unavailable', why: signal.aborted ? 'given up' : `no answer within ${milliseconds / 1000} s` })
    if (within.signal.aborted) give()
    within.signal.addEventListener('abort', give, { once: true })
  })
  return { failed, forget: within.unlink }
}

const kafkaWriter = (options: Options, topic: Template, { answerWithin }: WriterLimits): LogWriter => {
  let producer: Producer<string, string, string, string> | undefined
  let closed = false
  const release = async (): Promise<void> => {
    const last = producer
    producer = undefined
    await last?.close().catch(() => undefined)
  }
  // Loaded with the first line: it is large, and most clusters have no Kafka.
  const opened = async () => {
    const { Producer: Kafka, stringSerializers } = await import('@platformatic/kafka')
    producer ??= new Kafka({ ...options, serializers: stringSerializers })
    return producer
  }
  return {
    write: async (lines, signal) => {
      if (closed) return { tag: 'Unavailable', why: 'the writer is closed' }
      const { failed, forget } = abandoned(signal, answerWithin)
      const messages = lines.map(line => ({
        topic: topic.of(line),
        // Lines of one container go to one partition, in order.
        key: `${line.source.podUid}/${line.source.container}`,
        value: documentOf(line),
        timestamp: line.time / 1_000_000n,
      }))
      try {
        const sent = (await opened()).send({ messages, acks: -1 }).then(() => taken, failureOf)
        const answer = await Promise.race([sent, failed])
        if (answer.tag !== 'Taken') await release()
        return answer
      } catch (error) {
        return failureOf(error)
      } finally {
        forget()
      }
    },
    flush: async () => undefined,
    close: async () => {
      closed = true
      await release()
    },
  }
}

const saslOf = (credentials: Credentials, mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512') => {
  const [username, password] = [credentials.get('username'), credentials.get('password')]
  return username === undefined || password === undefined ? {} : { sasl: { mechanism, username, password } }
}

/**
 * Topics of Kafka, acknowledged by all replicas that are in sync. The client goes where the brokers send it, so that sinks of
 * namespaces may not use it.
 */
export const kafkaBackend: LogBackend = {
  name: 'kafka',
  unguarded: true,
  open: (config, credentials, limits) => {
    const read = readConfig(config)
    const brokers = read.requiredText('brokers').split(',')
    if (!brokers.every(each => broker.test(each.trim()))) read.fault('brokers', 'must be hosts with ports, with commas')
    const topic = readTemplate(read, 'topic', 'logs')
    const create = read.flag('createTopics')
    const secure = read.flag('secure')
    const mechanism = read.oneOf('mechanism', ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'], 'PLAIN')
    const tls = readTls(read, credentials)
    const options: Options = {
      ...{ clientId: 'periplus-log-router', bootstrapBrokers: brokers.map(each => each.trim()) },
      ...{ retryDelay, retries: Math.max(fewestRetries, Math.floor(limits.answerWithin / retryDelay)) },
      ...{ autocreateTopics: create, idempotent: true, timeout: limits.answerWithin },
      ...{ connectTimeout: limits.answerWithin, requestTimeout: limits.answerWithin },
      ...(secure ? { tls } : {}),
      ...saslOf(credentials, mechanism),
    }
    return read.opens(() => kafkaWriter(options, topic, limits))
  },
}
