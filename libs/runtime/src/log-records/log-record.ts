/** One line that a container wrote. */
export interface LogRecord {
  readonly namespace: string
  readonly pod: string
  readonly uid: string
  readonly container: string
  /** How many times the container had been restarted. */
  readonly attempt: number
  readonly node: string
  readonly stream: 'stdout' | 'stderr'
  /** RFC 3339 with nanoseconds, as the runtime took it. */
  readonly time: string
  /** Without its newline. */
  readonly line: string
}

/** The stream of all containers' lines. */
export const logsStream = 'LOGS'

/** `logs.<namespace>.<pod>.<container>`; dots of a pod's name become underscores, which names do not have. */
export const logSubject = (record: Pick<LogRecord, 'namespace' | 'pod' | 'container'>): string =>
  `logs.${record.namespace}.${record.pod.replaceAll('.', '_')}.${record.container}`

/** Every subject of the stream. */
export const logSubjects = 'logs.>'

export const encodeLogRecord = (record: LogRecord): Uint8Array => Buffer.from(JSON.stringify(record))

/** `undefined` for what is not a record. */
export const decodeLogRecord = (data: Uint8Array): LogRecord | undefined => {
  try {
    const value = JSON.parse(Buffer.from(data).toString()) as Partial<LogRecord> | null
    return typeof value?.line === 'string' && typeof value.container === 'string' ? (value as LogRecord) : undefined
  } catch {
    return undefined
  }
}
