import type { RuntimeEvent } from './container-runtime.ts'

/** Hands each hint to every subscriber of an adapter; a slow subscriber's hints wait in its own queue. */
export interface EventHub {
  publish(event: RuntimeEvent): void
  subscribe(signal: AbortSignal): AsyncIterable<RuntimeEvent>
  /** Ends every subscription. */
  close(): void
}

interface Subscriber {
  push(event: RuntimeEvent): void
  end(): void
}

export const eventHub = (): EventHub => {
  const subscribers = new Set<Subscriber>()
  return {
    publish: event => {
      for (const subscriber of subscribers) subscriber.push(event)
    },
    // Subscribed at the call, not at the first `next`: what happens in between must not be lost.
    subscribe: signal => queue(signal, subscribers),
    close: () => {
      for (const subscriber of [...subscribers]) subscriber.end()
    },
  }
}

const queue = (signal: AbortSignal, subscribers: Set<Subscriber>): AsyncIterable<RuntimeEvent> => {
  const waiting: RuntimeEvent[] = []
  let wake: (() => void) | undefined
  let ended = signal.aborted
  const subscriber: Subscriber = {
    push: event => {
      waiting.push(event)
      wake?.()
    },
    end: () => {
      ended = true
      subscribers.delete(subscriber)
      wake?.()
    },
  }
  if (!ended) {
    subscribers.add(subscriber)
    signal.addEventListener('abort', subscriber.end, { once: true })
  }
  return (async function* () {
    try {
      for (;;) {
        while (waiting.length > 0) yield waiting.shift()!
        if (ended) return
        await new Promise<void>(resolve => (wake = resolve))
        wake = undefined
      }
    } finally {
      signal.removeEventListener('abort', subscriber.end)
      subscriber.end()
    }
  })()
}
