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
  /** Of a record that is no line of a container: what backends that take documents are given in place of one made of it (JSON without newlines), and its id. */
  readonly document?: { readonly id: string; readonly json: string }
}

/** The same for the same line however often it is sent, so that a backend with ids of its own stores it once. */
export const lineId = ({ source, number, document }: LogLine): string =>
  document?.id ?? `${source.podUid}/${source.container}/${source.restart}/${number}`
