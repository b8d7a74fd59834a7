/** One life of a container: what CRI calls a container. Each restart is another one, whose lines are numbered anew. */
export interface ContainerRun {
  readonly node: string
  readonly namespace: string
  readonly pod: string
  readonly podUid: string
  readonly container: string
  /** How many times the container had been restarted. */
  readonly restart: number
}

/** One line that a container wrote. */
export interface LogRecord extends ContainerRun {
  readonly stream: 'stdout' | 'stderr'
  /** Nanoseconds since the epoch, as the runtime took it; a clock that is set back shows in it. */
  readonly time: bigint
  /** Position among the lines of this run, from 1 without a gap; a number that nobody is given is a line that was lost. */
  readonly number: number
  /** The object log's sequence that the node had seen when it read the line: the line stands after that event. */
  readonly objectSequence: number
  /** The line was too long for one record, and goes on in the next one of this run and stream. */
  readonly partial?: true
  /** Lines that belong together may be joined by this rule, which the pod asked for (`joinedLines`). */
  readonly rule?: MultilineRule
  /** The line without its newline, as the container wrote it: any bytes. May be a view: copy what is kept. */
  readonly bytes: Uint8Array
}

/** How a stack trace is told from the lines around it. */
export type MultilineRule = 'java' | 'python' | 'go' | 'node'

/** Which lines go on the line before, by language. */
export const multilineRules: readonly MultilineRule[] = ['java', 'python', 'go', 'node']

/**
 * Why lines of a run are not there.
 * - `Quota`: the pod wrote more than it may, and its policy lets lines go.
 * - `Truncated`: the file had become shorter than what was read of it.
 * - `Rotated`: the file went before the node had read it, such as on a full disk.
 * - `Unreadable`: what stood in the file was no line in CRI's format.
 * - `Missing`: nobody said why; lines with lower numbers may still come late.
 * - `Expired`: the stream's retention took them.
 */
export type LossReason = 'Quota' | 'Truncated' | 'Rotated' | 'Unreadable' | 'Missing' | 'Expired'

export const lossReasons: readonly LossReason[] = ['Quota', 'Truncated', 'Rotated', 'Unreadable', 'Missing', 'Expired']

/** Lines that are not there. */
export interface Loss {
  readonly reason: LossReason
  /** Those with numbers that were not given to anybody else; 0 where they had not been counted, as of a file that went unread. */
  readonly lines: number
  /** Of the file; 0 where nobody knows. */
  readonly bytes: number
}

/** Lines of one run, as they are stored together. It accounts for all numbers from `from` to `to`: each is a record's, or lost. */
export interface LogFrame {
  readonly run: ContainerRun
  readonly objectSequence: number
  readonly rule?: MultilineRule
  readonly from: number
  /** `from - 1` where the frame accounts for no number. */
  readonly to: number
  readonly records: readonly LogRecord[]
  readonly losses: readonly Loss[]
  /** The run is over, and nothing of it comes after this frame. */
  readonly ended: boolean
}

/** What tells one run from every other. */
export const runKey = ({ podUid, container, restart }: ContainerRun): string => `${podUid}/${container}/${restart}`
