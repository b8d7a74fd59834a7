import { E } from '@periplus/prelude'
import type { Bus } from '@periplus/bus'
import type { WaitingFor } from '@periplus/projection'
import type { Logger } from '@periplus/service'

/** What the cut's start waits for, in words. */
export const waitedFor = (waiting: WaitingFor): string => {
  switch (waiting.tag) {
    case 'Log':
      return 'an answer of NATS about the stream OBJECTS'
    case 'Store':
      return 'what Redis holds'
    case 'Base':
      return `snapshots of the log: ${waiting.why}`
    case 'Events':
      return `events ${waiting.sequence + 1} to ${waiting.head} of the stream OBJECTS`
  }
}

const lookEvery = 50
/** Milliseconds after which a process says what it waits for. */
const silence = 2_000

/** Waits until a question is answered well, or until `told` to end; says what for. */
export const waitUntil = async (
  isSo: () => Promise<boolean>,
  { what, told, log }: { readonly what: string | (() => string); readonly told: Promise<void>; readonly log: Logger },
): Promise<void> => {
  let ends = false
  const tell = setTimeout(() => log.warn('the start waits', { for: typeof what === 'string' ? what : what() }), silence)
  void told.then(() => (ends = true))
  while (!ends && !(await isSo())) await new Promise(resolve => setTimeout(resolve, lookEvery))
  clearTimeout(tell)
}

/** Servers that keep a stream together take a moment to find each other, and more than half of them must be there. */
export const isAnsweredFor = async (stream: string, { jetstream }: Bus): Promise<boolean> => {
  const state = await jetstream.state(stream)
  return E.isRight(state) || state.left.tag !== 'Unavailable'
}
