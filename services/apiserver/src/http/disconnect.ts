import type { Outgoing } from './exchange.ts'

/** Tells that a client has gone, or that the server stops. */
export interface Departure {
  /** Made when somebody asks for it: nearly every request is answered before anybody would. */
  readonly signal: AbortSignal
  /** The exchange is over: the server's stop is no longer listened for. */
  forget(): void
}

const isOver = (response: Outgoing): boolean => ('stream' in response ? response.stream.destroyed : response.destroyed)

export const abortOnDisconnect = (response: Outgoing, stopping: AbortSignal): Departure => {
  let gone: AbortController | undefined
  const abort = (): void => gone?.abort()
  return {
    get signal() {
      if (gone) return gone.signal
      gone = new AbortController()
      response.on('close', abort)
      stopping.addEventListener('abort', abort)
      if (stopping.aborted || isOver(response)) abort()
      return gone.signal
    },
    forget: () => stopping.removeEventListener('abort', abort),
  }
}
