import { createHash } from 'node:crypto'

/** Where each message of a message file stands: the last chunk of it. */
export interface MessageIndex {
  /** In the order of the file, which is the log's. */
  readonly sequences: Float64Array
  /** Of the messages' subjects: the first eight bytes of their SHA-256. */
  readonly subjects: BigUint64Array
  /** Of each chunk, the number of its first message. */
  readonly starts: Uint32Array
}

export const subjectKey = (subject: string): bigint => createHash('sha256').update(subject).digest().readBigUInt64LE(0)

export const indexBytes = ({ sequences, subjects, starts }: MessageIndex): Buffer => {
  const head = Buffer.alloc(16)
  head.writeDoubleLE(sequences.length, 0)
  head.writeDoubleLE(starts.length, 8)
  return Buffer.concat([head, ...[sequences, subjects, starts].map(({ buffer }) => Buffer.from(buffer))])
}

/** Throws `RangeError` for what is none. */
export const indexIn = (bytes: Buffer): MessageIndex => {
  const [count, chunks] = [bytes.readDoubleLE(0), bytes.readDoubleLE(8)]
  // Copied, as views of numbers have to begin at multiples of their size.
  const from = (start: number, length: number): ArrayBuffer => {
    if (start + length > bytes.length) throw new RangeError('an index that is not whole')
    return Uint8Array.prototype.slice.call(bytes, start, start + length).buffer as ArrayBuffer
  }
  return {
    sequences: new Float64Array(from(16, count * 8)),
    subjects: new BigUint64Array(from(16 + count * 8, count * 8)),
    starts: new Uint32Array(from(16 + count * 16, chunks * 4)),
  }
}

/** The number of the message with a sequence; -1 for none. */
export const numberOfSequence = ({ sequences }: MessageIndex, sequence: number): number => {
  let [low, high] = [0, sequences.length - 1]
  while (low <= high) {
    const middle = (low + high) >>> 1
    const found = sequences[middle] as number
    if (found === sequence) return middle
    if (found < sequence) low = middle + 1
    else high = middle - 1
  }
  return -1
}

/** The chunk that has a message, by its number. */
export const chunkOf = ({ starts }: MessageIndex, number: number): number => {
  let chunk = starts.length - 1
  while (chunk > 0 && (starts[chunk] as number) > number) chunk--
  return chunk
}
