import type { HostileRequest } from './draw.ts'

/** A time for which the server's event loop did not come round. */
export interface Stall {
  /** Of CPU. */
  readonly milliseconds: number
  /** Of those that were sent at that time, the one that takes longest alone, and how long. */
  readonly by: string
  readonly aloneMilliseconds: number
}

/** As it is printed. */
export const shown = ({ method, target, headers, body }: HostileRequest): string =>
  `${method} ${target.slice(0, 300)} ${JSON.stringify(headers).slice(0, 300)} ` +
  `${body ? `${body.length} bytes: ${body.toString('latin1', 0, 300)}` : ''}`

interface Trial<A> {
  readonly again: (suspect: A) => Promise<unknown>
  /** Milliseconds of CPU for which the event loop worked without a turn since this was asked last. */
  readonly stall: () => Promise<number>
  readonly shown: (suspect: A) => string
}

/**
 * Sends the suspects again, one at a time, and looks which of them keeps the server: what many small ones do together is nobody's doing, and
 * then `aloneMilliseconds` is small.
 */
export const explained = async <A>(
  milliseconds: number,
  suspects: readonly A[],
  { again, stall, shown }: Trial<A>,
): Promise<Stall> => {
  let [by, longest] = ['', 0]
  await stall()
  for (const suspect of suspects) {
    await again(suspect)
    const alone = await stall()
    if (alone <= longest) continue
    longest = alone
    by = shown(suspect)
  }
  return { milliseconds, by, aloneMilliseconds: longest }
}
