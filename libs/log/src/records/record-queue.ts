import type { PublishAnswer } from '@periplus/bus'

interface Queued {
  readonly subject: string
  readonly bytes: Uint8Array
  /** Counts this writer's records; part of the message id, so that sending again is safe. */
  readonly number: number
}

export interface RecordQueueDependencies {
  readonly bufferBytes: number
  readonly send: (record: Queued) => Promise<PublishAnswer>
  /** Rejects when there will never be a connection again. */
  readonly whenConnected: () => Promise<void>
}

/** Records on their way to a stream: sent in order, some ahead of their acknowledgements, sent again until stored. */
export interface RecordQueue {
  put(subject: string, bytes: Uint8Array): void
  flush(): Promise<void>
  readonly dropped: number
}

/** Sent and not yet acknowledged. */
const window = 256
const pauseAfterFailure = 100

export const recordQueue = ({ bufferBytes, send, whenConnected }: RecordQueueDependencies): RecordQueue => {
  let waiting: Queued[] = []
  /** Bytes of records that are not stored yet, sent or not. */
  let heldBytes = 0
  let inFlight = 0
  let failed: Queued[] = []
  let pausing = false
  let number = 0
  let dropped = 0
  let flushing: (() => void)[] = []

  const release = (record: Queued): void => {
    heldBytes -= record.bytes.length
    if (waiting.length + failed.length + inFlight > 0) return
    const done = flushing
    flushing = []
    for (const resolve of done) resolve()
  }
  const giveUp = (record: Queued): void => {
    dropped++
    release(record)
  }
  const deliver = async (record: Queued): Promise<void> => {
    const answer = await send(record)
    inFlight--
    if (answer.tag === 'Stored') release(record)
    // The server will not take it, ever: too large, or a stream that is full and refuses.
    else if (answer.tag === 'Refused') giveUp(record)
    else {
      failed.push(record)
      void sendAgain()
    }
    pump()
  }
  const sendAgain = async (): Promise<void> => {
    if (pausing) return
    pausing = true
    try {
      await new Promise(resolve => setTimeout(resolve, pauseAfterFailure))
      await whenConnected()
    } catch {
      const lost = [...failed, ...waiting]
      failed = []
      waiting = []
      lost.forEach(giveUp)
    }
    pausing = false
    waiting = [...failed.sort((a, b) => a.number - b.number), ...waiting]
    failed = []
    pump()
  }
  const pump = (): void => {
    if (pausing || waiting.length === 0) return
    const sending = waiting.slice(0, window - inFlight)
    waiting = waiting.slice(sending.length)
    inFlight += sending.length
    for (const record of sending) void deliver(record)
  }
  return {
    get dropped() {
      return dropped
    },
    put: (subject, bytes) => {
      if (heldBytes + bytes.length > bufferBytes) {
        dropped++
        return
      }
      heldBytes += bytes.length
      waiting.push({ subject, bytes, number: ++number })
      if (waiting.length === 1 || inFlight === 0) queueMicrotask(pump)
    },
    flush: () =>
      waiting.length + failed.length + inFlight === 0
        ? Promise.resolve()
        : new Promise(resolve => {
            flushing.push(resolve)
          }),
  }
}
