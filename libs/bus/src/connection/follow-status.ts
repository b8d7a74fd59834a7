import type { NatsConnection } from 'nats'
import type { BusStatus } from '../bus.ts'

/** What the connection says of itself, kept as a state. */
export interface ConnectionStatus {
  readonly connected: boolean
  listen(listener: (status: BusStatus) => void): () => void
  whenConnected(signal?: AbortSignal): Promise<void>
}

export const followStatus = (connection: NatsConnection): ConnectionStatus => {
  const listeners = new Set<(status: BusStatus) => void>()
  let state: BusStatus = 'connected'

  const become = (next: BusStatus): void => {
    if (state === next || state === 'closed') return
    state = next
    for (const listener of [...listeners]) listener(next)
  }
  const follow = async (): Promise<void> => {
    for await (const { type } of connection.status()) {
      if (type === 'disconnect' || type === 'staleConnection') become('disconnected')
      else if (type === 'reconnect') become('connected')
    }
  }
  void follow().catch(() => undefined)
  void connection.closed().then(() => become('closed'))

  const listen = (listener: (status: BusStatus) => void): (() => void) => {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }
  return {
    get connected() {
      return state === 'connected'
    },
    listen,
    whenConnected: signal =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason as Error)
        if (state === 'connected') return resolve()
        if (state === 'closed') return reject(new Error('the bus is closed'))
        const done = (): void => {
          stop()
          signal?.removeEventListener('abort', abort)
        }
        const abort = (): void => {
          done()
          reject(signal?.reason as Error)
        }
        const stop = listen(next => {
          if (next === 'disconnected') return
          done()
          if (next === 'connected') resolve()
          else reject(new Error('the bus is closed'))
        })
        signal?.addEventListener('abort', abort, { once: true })
      }),
  }
}
