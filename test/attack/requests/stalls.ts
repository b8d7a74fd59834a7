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

/**
 * Sends the suspects again, one at a time, and looks which of them keeps the server: what many small ones do together is nobody's doing, and
 * then `aloneMilliseconds` is small.
 */
export const explained = async (
  milliseconds: number,
  suspects: readonly HostileRequest[],
  { again, stall }: { again(request: HostileRequest): Promise<unknown>; stall(): Promise<number> },
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
