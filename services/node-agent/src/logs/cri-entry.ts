/**
 * One entry of a log file in CRI's format: `<RFC 3339 nanoseconds> <stdout|stderr> <F|P> <text>`. A view into the bytes that it was
 * read from, and used again for the next entry: copy what is kept.
 */
export interface CriEntry {
  readonly source: Buffer
  /** Where the entry begins, and with it its time as written. */
  readonly start: number
  readonly timeEnd: number
  readonly textStart: number
  /** Behind the text; there is the entry's newline. */
  readonly end: number
  readonly isStderr: boolean
  /** The line was too long for the runtime and goes on in the next entry of its stream (`P`). */
  readonly isPartial: boolean
  /** Since the epoch; 0 for earlier times. */
  readonly seconds: number
  readonly nanos: number
}

const space = 0x20
const colon = 0x3a
const [zero, nine] = [0x30, 0x39]
const dot = 0x2e
const partialTag = 0x50
const [plus, zulu] = [0x2b, 0x5a]
/** `2026-01-02T03:04:05` */
const dateLength = 19
const mostNanoDigits = 9

/** Reads entries without an object for each; `undefined` for what is none, such as the half of one. */
export const entryParser = (): ((source: Buffer, start: number, end: number) => CriEntry | undefined) => {
  const secondsAt = secondsReader()
  const entry = { isStderr: false, isPartial: false, seconds: 0, nanos: 0 }
  const place = { source: Buffer.alloc(0) as Buffer, start: 0, timeEnd: 0, textStart: 0, end: 0 }
  const whole = Object.assign(place, entry)
  return (source, start, end) => {
    const timeEnd = spaceAt(source, start, end)
    if (timeEnd < start + dateLength || timeEnd >= end) return undefined
    const streamEnd = spaceAt(source, timeEnd + 1, end)
    if (streamEnd >= end) return undefined
    const isStderr = isWord(source, timeEnd + 1, streamEnd, stderr)
    if (!isStderr && !isWord(source, timeEnd + 1, streamEnd, stdout)) return undefined
    const tagEnd = spaceAt(source, streamEnd + 1, end)
    let digits = start + dateLength
    let nanos = 0
    if (source[digits] === dot) {
      const first = ++digits
      for (; isDigit(source[digits]) && digits - first < mostNanoDigits; digits++)
        nanos = nanos * 10 + (source[digits] ?? zero) - zero
      nanos *= 10 ** (mostNanoDigits - (digits - first))
    }
    const seconds = secondsAt(source, start, digits, timeEnd)
    if (Number.isNaN(seconds)) return undefined
    whole.source = source
    whole.start = start
    whole.timeEnd = timeEnd
    whole.textStart = Math.min(tagEnd + 1, end)
    whole.end = end
    whole.isStderr = isStderr
    whole.isPartial = isPartialTag(source, streamEnd + 1, tagEnd)
    whole.seconds = Math.max(0, seconds)
    whole.nanos = seconds < 0 ? 0 : nanos
    return whole
  }
}

const stdout = Buffer.from('stdout')
const stderr = Buffer.from('stderr')

/** The two words differ in their fourth letter and after; all are compared. */
const isWord = (source: Buffer, start: number, end: number, word: Buffer): boolean => {
  if (end - start !== word.length) return false
  for (let i = 0; i < word.length; i++) if (source[start + i] !== word[i]) return false
  return true
}

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= zero && byte <= nine

/** The next space, or the end: these words are short. */
const spaceAt = (source: Buffer, start: number, end: number): number => {
  let at = start
  while (at < end && source[at] !== space) at++
  return at
}

/** Tags are separated by colons; only the one for partial lines is in use. */
const isPartialTag = (source: Buffer, start: number, end: number): boolean => {
  for (let at = start; at < end; at++)
    if (source[at] === partialTag && (at === start || source[at - 1] === colon)) {
      const next = source[at + 1]
      if (at + 1 === end || next === colon) return true
    }
  return false
}

/** Most entries are of the same second as the one before them, in the same zone: only others are read anew. */
const secondsReader = () => {
  const known = Buffer.alloc(dateLength)
  let zone = ''
  let knownSeconds = NaN
  return (source: Buffer, start: number, zoneStart: number, zoneEnd: number): number => {
    const isZulu = source[zoneStart] === zulu && zoneEnd - zoneStart === 1
    const thisZone = isZulu ? 'Z' : source.toString('latin1', zoneStart, Math.min(zoneEnd, zoneStart + 10))
    if (thisZone === zone && isSame(source, start, known)) return knownSeconds
    const first = source[zoneStart]
    if (!isZulu && first !== plus && first !== 0x2d) return NaN
    source.copy(known, 0, start, start + dateLength)
    zone = thisZone
    knownSeconds = Date.parse(known.toString('latin1') + zone) / 1000
    return knownSeconds
  }
}

/** From the end: seconds differ first. */
const isSame = (source: Buffer, start: number, known: Buffer): boolean => {
  for (let i = dateLength - 1; i >= 0; i--) if (source[start + i] !== known[i]) return false
  return true
}
