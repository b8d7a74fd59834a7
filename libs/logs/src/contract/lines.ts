import type { LogLine, LogSource } from '../line.ts'

/** 2025-01-01T00:00:00.000000001Z, a nanosecond later for each number. */
const firstTime = 1_735_689_600_000_000_000n

/** Where records come from, for the contract suite. */
export const sourceOf = (container = 'main', pod = 'web-0'): LogSource => ({
  ...{ namespace: 'shop', pod, podUid: `uid-of-${pod}`, container, node: 'n1', restart: 2 },
  labels: { app: 'web' },
})

/** A record of a line, for the contract suite. */
export const lineOf = (
  source: LogSource,
  number: number,
  message: string | Uint8Array = `line ${number}`,
): LogLine => ({
  source,
  stream: number % 2 === 0 ? 'stderr' : 'stdout',
  time: firstTime + BigInt(number),
  number,
  bytes: typeof message === 'string' ? Buffer.from(message) : message,
})

/** Lines `from` to `to` of one container. */
export const linesOf = (source: LogSource, from: number, to: number): readonly LogLine[] =>
  Array.from({ length: to - from + 1 }, (_, i) => lineOf(source, from + i))
