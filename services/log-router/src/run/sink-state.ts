import type { LostLine, WriteFailure } from '@periplus/logs'

/** How a sink fares; what its status is made of. */
export interface SinkState {
  delivered: number
  dropped: number
  /** Since it failed last nothing was delivered. */
  failing: WriteFailure | undefined
  lastError: string | undefined
  lastDeliveryAt: number | undefined
  /** Of its lines on disk, which the stream may let go. */
  bufferedBytes: number
  /** When the oldest line that is known and not delivered was stored; absent: there is none. */
  oldest: number | undefined
}

export const freshState = (): SinkState => ({
  ...{ delivered: 0, dropped: 0, failing: undefined, lastError: undefined },
  ...{ lastDeliveryAt: undefined, oldest: undefined, bufferedBytes: 0 },
})

const longestError = 512

/** Printable and short, whatever a backend said. */
export const errorText = (text: string): string => text.replace(/[^\x20-\x7e]+/g, ' ').slice(0, longestError)

export const countLost = (state: SinkState, lost: readonly LostLine[]): void => {
  const [first] = lost
  if (first === undefined) return
  state.dropped += lost.length
  state.lastError = errorText(`${lost.length} refused for good: ${first.why}`)
}
