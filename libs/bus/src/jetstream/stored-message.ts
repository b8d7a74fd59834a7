/** A message as a stream keeps it. */
export interface StoredMessage {
  readonly subject: string
  readonly sequence: number
  /** Milliseconds since the epoch when the server stored it. */
  readonly time: number
  /** Lines `Name: value`, each ended by CRLF; empty where there are none. */
  readonly headers: string
  /** May be a view into what came from the socket: copy what is kept. */
  readonly data: Uint8Array
}

const preamble = 'NATS/1.0\r\n'.length
const emptyLine = '\r\n'.length

/** The lines of headers as they go over the wire, between what says that they are headers and the empty line at the end. */
export const headerLines = (bytes: Buffer, start: number, end: number): string =>
  end - start > preamble + emptyLine ? bytes.toString('latin1', start + preamble, end - emptyLine) : ''

/** The `message` of an answer of `$JS.API.STREAM.MSG.GET`. */
export const fetchedMessage = (answer: {
  readonly subject: string
  readonly seq: number
  readonly time: string
  readonly hdrs?: string
  readonly data?: string
}): StoredMessage => {
  const headers = Buffer.from(answer.hdrs ?? '', 'base64')
  return {
    subject: answer.subject,
    sequence: answer.seq,
    time: Date.parse(answer.time),
    headers: headerLines(headers, 0, headers.length),
    data: Buffer.from(answer.data ?? '', 'base64'),
  }
}
