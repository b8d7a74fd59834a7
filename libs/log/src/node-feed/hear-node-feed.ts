import { linkedAbort, pause } from '@periplus/prelude'
import type { Clock, Random } from '@periplus/prelude'
import type { Bus, StoredMessage } from '@periplus/bus'
import { storedOfTold, toldSubjectsOf } from './told-message.ts'

/** What of the feed is told to whoever listens, from when it was made until it is closed. */
export interface HearNodeFeed {
  readonly bus: Pick<Bus, 'subscribe' | 'onStatus'>
  readonly node: string
  readonly clock: Clock
  readonly random: Random
}

type Told = Omit<StoredMessage, 'time'>

export interface HeardNodeFeed {
  /** What was heard since the last time, once there is something. Empty: it was quiet for so long that something may be missing, or `signal` aborts. */
  next(signal: AbortSignal): Promise<readonly Told[]>
  /** Forgets what was heard up to a sequence of the feed. */
  forget(upTo: number): void
  close(): void
}

/** Milliseconds. All nodes are told how far the feed is every five seconds at least, and once a second while the log goes on. */
const quiet = { least: 15_000, spread: 5_000 }
/** After a connection was lost, of which it cannot be known whether something was told meanwhile. Most nodes hear so before they have to ask. */
const regained = { least: 1_000, spread: 2_000 }

/** What waits for being read, in bytes. Beyond that it is let go, and asked for. */
const mostBytes = 8 * 1024 * 1024

/** Listens to what a node is told. Of what is lost it says nothing: the next message does. */
export const hearNodeFeed = ({ bus, node, clock, random }: HearNodeFeed): HeardNodeFeed => {
  let heard: Told[] = []
  let bytes = 0
  let wake: () => void = () => undefined
  const after = ({ least, spread }: typeof quiet): number => clock.now() + least + random() * spread
  let patientUntil = after(quiet)
  const subscriptions = toldSubjectsOf(node).map(subject =>
    bus.subscribe(subject, message => {
      const stored = storedOfTold(message)
      if (!stored) return
      if (bytes + stored.data.length > mostBytes) [heard, bytes] = [[], 0]
      heard.push({ ...stored, data: Uint8Array.from(stored.data) })
      bytes += stored.data.length
      wake()
    }),
  )
  const unlisten = bus.onStatus(status => {
    if (status === 'disconnected') return
    patientUntil = status === 'closed' ? clock.now() : Math.min(patientUntil, after(regained))
    wake()
  })
  return {
    next: async signal => {
      while (heard.length === 0 && !signal.aborted && clock.now() < patientUntil) {
        const woken = linkedAbort(signal)
        wake = () => woken.abort()
        await pause(clock, patientUntil - clock.now(), woken.signal)
        woken.unlink()
      }
      patientUntil = after(quiet)
      const all = heard
      ;[heard, bytes] = [[], 0]
      return all
    },
    forget: upTo => {
      heard = heard.filter(({ sequence }) => sequence > upTo)
      bytes = heard.reduce((sum, { data }) => sum + data.length, 0)
    },
    close: () => {
      unlisten()
      for (const subscription of subscriptions) subscription.close()
    },
  }
}
