import { E } from '@periplus/prelude'
import type { Credentials, LogBackend, LogWriter, WriteAnswer, WriterLimits } from '../backend.ts'
import type { LogLine } from '../line.ts'

/** A line as the backend has it. */
export interface ReceivedLine {
  readonly namespace: string
  readonly pod: string
  readonly container: string
  readonly number: number
  readonly stream: string
  readonly message: string
}

/** What can be done to a backend; what is not there is not tried. */
export interface BackendFaults {
  /** Nobody answers, until `back`. */
  readonly away?: () => Promise<void>
  readonly back?: () => Promise<void>
  /** It answers nothing to what comes next, for as long as it is asked. */
  readonly silent?: () => Promise<void>
  /** What comes next is taken but for the second line, which is not taken this time. */
  readonly partly?: () => Promise<void>
}

/** A backend as the contract suite wants it. */
export interface BackendHarness {
  readonly backend: LogBackend
  readonly config: Readonly<Record<string, unknown>>
  readonly credentials?: Credentials
  readonly limits?: Partial<WriterLimits>
  /** What it has, in its order, when that is at least so many lines. */
  received(atLeast: number): Promise<readonly ReceivedLine[]>
  readonly faults: BackendFaults
  close(): Promise<void>
}

/** What an adapter declares of its backend, so that nothing is skipped. */
export interface BackendTraits {
  /** A line that is sent twice is there once. */
  readonly storesOnce?: boolean
  /** It connects to an address. */
  readonly network?: boolean
  /** It keeps bytes that are no UTF-8 as they are. */
  readonly keepsBytes?: boolean
  /** It can be made to do these. */
  readonly faults: readonly (keyof BackendFaults)[]
  /** A line that it refuses while it takes others. */
  readonly poison?: LogLine
}

/** Limits of writers, in the contract suite. */
export const contractLimits: WriterLimits = {
  answerWithin: 10_000,
  answerBytes: 4 * 2 ** 20,
  mayReach: () => true,
}

/** A writer of the backend under test. */
export const openWriter = async (
  { backend, config, credentials = new Map(), limits }: BackendHarness,
  more: Partial<WriterLimits> = {},
): Promise<LogWriter> => {
  const opened = await backend.open(config, credentials, { ...contractLimits, ...limits, ...more })()
  if (E.isLeft(opened)) throw new Error(`the writer does not open: ${JSON.stringify(opened.left)}`)
  return opened.right
}

export const sendTo = (writer: LogWriter, lines: readonly LogLine[]): Promise<WriteAnswer> =>
  writer.write(lines, new AbortController().signal)
