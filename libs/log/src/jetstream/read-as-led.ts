import { E, pause, systemClock } from '@periplus/prelude'
import type { Bus, ReadStream, StoredMessage } from '@periplus/bus'
import type { Sequence } from '../event.ts'

/** Events that the one of several servers lacked that was read from, and the one that leads has. */
export interface MissingHere {
  readonly from: Sequence
  readonly to: Sequence
  readonly messages: number
}

interface Led {
  /** The first sequence that is wanted. */
  readonly from: Sequence
  /** The stream's first message at a sequence or after it, from its leader; waits for an answer. `undefined`: none, or reading ends. */
  readonly nextKept: (from: Sequence) => Promise<StoredMessage | undefined>
  readonly onMissing: (missing: MissingHere) => void
}

/** Gaps of one batch that are asked about at once. */
const atOnce = 32

/**
 * The same messages, and those between them that only the stream's leader has: a server whose disk has changed a message steps over it
 * without a word (NATS 2.15). Most gaps are a rollup's, and cost a question.
 */
export async function* asLed(
  source: AsyncIterable<readonly StoredMessage[]>,
  { from, nextKept, onMissing }: Led,
): AsyncGenerator<readonly StoredMessage[]> {
  /** What the leader has from a sequence on, before another one. */
  const keptBetween = async (gap: Sequence, before: Sequence): Promise<readonly StoredMessage[]> => {
    const kept: StoredMessage[] = []
    for (let at = gap; at < before;) {
      const next = await nextKept(at)
      if (!next || next.sequence >= before) break
      kept.push(next)
      at = next.sequence + 1
    }
    const [first, last] = [kept[0], kept.at(-1)]
    if (first && last) onMissing({ from: first.sequence, to: last.sequence, messages: kept.length })
    return kept
  }
  let next = from
  for await (const messages of source) {
    const gaps: { readonly index: number; readonly gap: Sequence; readonly before: Sequence }[] = []
    for (const [index, { sequence }] of messages.entries()) {
      if (sequence > next) gaps.push({ index, gap: next, before: sequence })
      next = sequence + 1
    }
    const whole: StoredMessage[] = []
    let told = 0
    for (let first = 0; first < gaps.length; first += atOnce) {
      const some = gaps.slice(first, first + atOnce)
      const found = await Promise.all(some.map(({ gap, before }) => keptBetween(gap, before)))
      for (const [n, { index }] of some.entries()) {
        const kept = found[n] ?? []
        if (kept.length === 0) continue
        whole.push(...messages.slice(told, index), ...kept)
        told = index
      }
    }
    yield told === 0 && whole.length === 0 ? messages : [...whole, ...messages.slice(told)]
  }
}

const patience = 250

type Waits = Pick<Bus, 'whenConnected'>
type Asked = Waits & Pick<Bus, 'jetstream'>

/** Before a question that was not answered is asked again: a while, and until the bus is connected. */
export const aMoment = async (bus: Waits, signal: AbortSignal | undefined): Promise<void> => {
  await pause(systemClock, patience, signal)
  await bus.whenConnected(signal).catch((error: unknown) => {
    if (!signal?.aborted) throw error
  })
}

/** Reads a stream from any of the servers that keep it, as the one that leads has it; without a filter. */
export async function* readAsLed(
  bus: Asked,
  request: ReadStream,
  onMissing: (missing: MissingHere) => void = () => undefined,
): AsyncGenerator<readonly StoredMessage[]> {
  const { stream, from, signal } = request
  const { jetstream } = bus
  const nextKept = async (at: Sequence): Promise<StoredMessage | undefined> => {
    while (!signal?.aborted) {
      const kept = await jetstream.nextMessage(stream, '>', at)
      if (E.isRight(kept)) return kept.right
      await aMoment(bus, signal)
    }
    return undefined
  }
  const source = jetstream.read(request)
  yield* (await hasOtherCopies(bus, request)) ? asLed(source, { from, nextKept, onMissing }) : source
}

/** Where one server keeps the log, nobody else has what it lacks. */
const hasOtherCopies = async (bus: Asked, { stream, signal }: ReadStream): Promise<boolean> => {
  while (!signal?.aborted) {
    const copies = await bus.jetstream.copies(stream)
    if (E.isRight(copies)) return copies.right.wanted > 1
    await aMoment(bus, signal)
  }
  return false
}
