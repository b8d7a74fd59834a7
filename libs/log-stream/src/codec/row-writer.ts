/** Rows of a frame one after the other (`layout.ts`); every line of every container comes by here, so it makes no objects. */
export interface RowWriter {
  readonly length: number
  /** `time` stands after the head and the skipped numbers: a delta, or where `nanos` is not negative, seconds and these. */
  add(head: number, skipped: number, time: number, nanos: number, source: Uint8Array, start: number, end: number): void
  /** A view that the next row may change. */
  view(): Buffer
  clear(): void
}

/** Of four numbers. */
const longestHead = 32
/** Below this, a loop copies faster than a call does. */
const shortLine = 256

export const rowWriter = (): RowWriter => {
  let buffer: Uint8Array = new Uint8Array(4096)
  let length = 0
  const grow = (needed: number): void => {
    const larger = new Uint8Array(Math.max(buffer.length * 2, needed))
    larger.set(buffer.subarray(0, length))
    buffer = larger
  }
  return {
    get length() {
      return length
    },
    add: (head, skipped, time, nanos, source, start, end) => {
      const needed = length + longestHead + end - start
      if (needed > buffer.length) grow(needed)
      const out = buffer
      let at = putCount(out, length, head)
      if (skipped > 0) at = putCount(out, at, skipped)
      at = putCount(out, at, time)
      if (nanos >= 0) at = putCount(out, at, nanos)
      if (end - start < shortLine) for (let from = start; from < end; from++) out[at++] = source[from]!
      else {
        out.set(source.subarray(start, end), at)
        at += end - start
      }
      length = at
    },
    view: () => Buffer.from(buffer.buffer, 0, length),
    clear: () => {
      length = 0
    },
  }
}

const largestShift = 0x7fffffff

/** A whole number from 0 to 2^53 - 1, seven bits at a time, the lowest first; returns where what follows begins. */
export const putCount = (out: Uint8Array, start: number, value: number): number => {
  let at = start
  let rest = value
  for (; rest > largestShift; rest = Math.floor(rest / 128)) out[at++] = (rest % 128) | 0x80
  for (; rest > 0x7f; rest >>>= 7) out[at++] = (rest & 0x7f) | 0x80
  out[at++] = rest
  return at
}
