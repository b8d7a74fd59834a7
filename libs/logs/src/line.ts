/** The container that lines come from. Lines of one container share one value, by whose identity an adapter may remember things. */
export interface LogSource {
  readonly namespace: string
  readonly pod: string
  readonly podUid: string
  readonly container: string
  readonly node: string
  /** How many times the container had been restarted. */
  readonly restart: number
  /** The pod's labels; absent where nobody knows them any more. */
  readonly labels?: Readonly<Record<string, string>>
}

/** One line that a container wrote. */
export interface LogLine {
  readonly source: LogSource
  readonly stream: 'stdout' | 'stderr'
  /** Nanoseconds since the Unix epoch, as the runtime took it. */
  readonly time: bigint
  /** From 1 on, gapless among the lines of one container's life (`podUid`, `container`, `restart`). */
  readonly number: number
  /** Without its newline; any bytes. */
  readonly bytes: Uint8Array
  /** What the line said where it was parsed, and what the sink adds. Plain JSON. */
  readonly fields?: ReadonlyMap<string, unknown>
}

/** The same for the same line however often it is sent, so that a backend with ids of its own stores it once. */
export const lineId = ({ source, number }: LogLine): string =>
  `${source.podUid}/${source.container}/${source.restart}/${number}`

const nanosecondsInSecond = 1_000_000_000n

/** Lines come by the thousand in one second. */
const lastSecond = { second: -1, text: '' }

const secondText = (second: number): string => {
  if (lastSecond.second !== second) {
    lastSecond.text = new Date(second * 1000).toISOString().slice(0, 19)
    lastSecond.second = second
  }
  return lastSecond.text
}

/** RFC 3339 in UTC with nine digits of a second's fraction. */
export const timeText = (time: bigint): string => {
  const second = time / nanosecondsInSecond
  const fraction = Number(time - second * nanosecondsInSecond)
  return `${secondText(Number(second))}.${String(fraction).padStart(9, '0')}Z`
}

/** Milliseconds since the Unix epoch. */
export const timeMilliseconds = (time: bigint): number => Number(time / 1_000_000n)
