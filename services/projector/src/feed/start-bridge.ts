import { placedReader } from '@periplus/bus'
import type { Bus, Message, ReadingPlace } from '@periplus/bus'
import { structuredEvent } from '@periplus/log'
import { delivery } from '@periplus/logs'
import type { LogLine, LogSource, LogWriter, WriteFailure } from '@periplus/logs'
import { pause } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import type { RunningService } from '@periplus/service'

/** What reads the feed as a consumer, and hands each event to a backend of logs. */
export interface BridgeConfig {
  /** Of the feed's server, as that consumer. */
  readonly bus: Bus
  readonly place: ReadingPlace
  /** The backend's. */
  readonly writer: LogWriter
  readonly clock: Clock
  /** Told of each failure before it is waited for, and of nobody at the feed (`undefined`). */
  readonly onFailure: (failure: WriteFailure | undefined) => void
  /** An event that the backend will never take: it is passed over. */
  readonly onLost: (id: string, why: string) => void
  readonly onBug: (error: unknown) => void
}

/** Events at once; the feed gives no more than 1,000. */
const most = 500
const [firstWait, longestWait, lookEvery] = [500, 30_000, 20_000]

/** `<resource>.<group>/<namespace>/<name>`, of which names may have slashes. */
const objectOf = (subject: string): Pick<LogSource, 'namespace' | 'pod'> => {
  const [, namespace = '', ...name] = subject.split('/')
  return { namespace: namespace === '-' ? '' : namespace, pod: name.join('/') }
}

/**
 * An event as a backend's record: its document is a CloudEvent as JSON. Where backends go by the container, it is the object's uid, so that the
 * events of an object stay in their order. Pure.
 */
export const recordOfEvent = (message: Pick<Message, 'headers' | 'data'>): LogLine => {
  const { attributes, json } = structuredEvent(message)
  const id = attributes.get('id') ?? ''
  return {
    source: {
      ...objectOf(attributes.get('subject') ?? ''),
      ...{ podUid: attributes.get('uid') ?? '', container: '', node: '', restart: 0 },
    },
    stream: 'stdout',
    time: BigInt(Date.parse(attributes.get('time') ?? '') || 0) * 1_000_000n,
    number: Number(attributes.get('sequence') ?? 0),
    bytes: message.data,
    document: { id, json },
  }
}

/**
 * Brings what a consumer is given to a backend, in the feed's order, each event at least once: its place on the feed moves on when the
 * backend has taken what came before it, and is kept by the feed's server, so that the bridge may be killed anywhere.
 */
export const startBridge = (config: BridgeConfig): RunningService => {
  const { bus, place, writer, clock, onFailure, onLost, onBug } = config
  const stopping = new AbortController()
  const { signal } = stopping
  const reader = placedReader(bus, place)
  const sending = delivery(writer, { clock, firstWait, longestWait, onFailure, onBug })

  const step = async (): Promise<void> => {
    const messages = await reader.next({ most, wait: lookEvery, signal })
    if (messages === undefined) {
      if (!signal.aborted) onFailure(undefined)
      return pause(clock, firstWait, signal)
    }
    const { lost, left } = await sending.deliver(messages.map(recordOfEvent), signal)
    for (const { line, why } of lost) onLost(line.document?.id ?? '', why)
    if (left.length === 0) reader.taken()
  }
  const running = (async () => {
    while (!signal.aborted) {
      try {
        await step()
      } catch (error) {
        if (signal.aborted) return
        onBug(error)
        await pause(clock, longestWait, signal)
      }
    }
  })()
  return {
    name: 'bridge',
    stop: async () => {
      stopping.abort()
      await running
      await writer.close()
    },
  }
}
