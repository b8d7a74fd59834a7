/** An answer of HTTP/1.1, as far as it is of interest. */
export interface WireAnswer {
  readonly status: number
  /** Lower-case names; the last one of a name. */
  readonly headers: ReadonlyMap<string, string>
  /** The beginning of the body. */
  readonly body: Buffer
  /** Bytes that the body had in all. */
  readonly length: number
  /** Whether the connection may be used again. */
  readonly reusable: boolean
}

type Framing =
  | { readonly tag: 'Length'; left: number }
  | { readonly tag: 'Chunked'; left: number; part: 'size' | 'data' | 'end of data' | 'trailer' }
  | { readonly tag: 'UntilClose' }

export interface AnswerReader {
  /** The answer once it is whole; throws where the bytes are none. */
  push(bytes: Buffer): WireAnswer | undefined
  /** What is there when the connection has ended; `undefined` where that is no whole answer. */
  end(): WireAnswer | undefined
}

const endOfHead = '\r\n\r\n'

const headersIn = (lines: readonly string[]): ReadonlyMap<string, string> =>
  new Map(
    lines.map(line => {
      const colon = line.indexOf(':')
      if (colon < 1) throw new Error(`no header: ${line.slice(0, 100)}`)
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
    }),
  )

const framingOf = (method: string, status: number, headers: ReadonlyMap<string, string>): Framing => {
  const length = headers.get('content-length')
  const chunked = headers.get('transfer-encoding') === 'chunked'
  if (length !== undefined && chunked) throw new Error('a length and chunks')
  if (method === 'HEAD' || status === 204 || status === 304) return { tag: 'Length', left: 0 }
  if (chunked) return { tag: 'Chunked', left: 0, part: 'size' }
  return length === undefined ? { tag: 'UntilClose' } : { tag: 'Length', left: Number(length) }
}

/** Reads one answer to a request of the method, strictly: what a careful client would not take is thrown. */
export const answerReader = (method: string, mostKept: number): AnswerReader => {
  let rest: Buffer = Buffer.alloc(0)
  let head: { status: number; headers: ReadonlyMap<string, string> } | undefined
  let framing: Framing | undefined
  const kept: Buffer[] = []
  let [keptBytes, length] = [0, 0]

  const keep = (bytes: Buffer): void => {
    length += bytes.length
    if (keptBytes >= mostKept || bytes.length === 0) return
    kept.push(bytes.subarray(0, mostKept - keptBytes))
    keptBytes += bytes.length
  }
  const readHead = (): boolean => {
    const end = rest.indexOf(endOfHead)
    if (end < 0) return false
    const [first = '', ...lines] = rest.toString('latin1', 0, end).split('\r\n')
    rest = rest.subarray(end + endOfHead.length)
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(first)?.[1] ?? NaN)
    if (Number.isNaN(status)) throw new Error(`no status line: ${first.slice(0, 100)}`)
    // What is said meanwhile, such as 100.
    if (status < 200 && status !== 101) return readHead()
    head = { status, headers: headersIn(lines) }
    framing = framingOf(method, status, head.headers)
    return true
  }
  /** Up to `count` bytes of the body. */
  const take = (count: number): number => {
    const taken = rest.subarray(0, count)
    rest = rest.subarray(taken.length)
    keep(taken)
    return taken.length
  }
  const line = (): string | undefined => {
    const end = rest.indexOf('\r\n')
    if (end < 0) return undefined
    const text = rest.toString('latin1', 0, end)
    rest = rest.subarray(end + 2)
    return text
  }
  /** Whether the last chunk was read. */
  const readChunks = (chunks: Extract<Framing, { tag: 'Chunked' }>): boolean => {
    for (;;) {
      if (chunks.part === 'data') {
        chunks.left -= take(chunks.left)
        if (chunks.left > 0) return false
        chunks.part = 'end of data'
      }
      const text = line()
      if (text === undefined) return false
      if (chunks.part === 'trailer' && text === '') return true
      if (chunks.part === 'end of data') chunks.part = 'size'
      else if (chunks.part === 'size') {
        if (!/^[0-9a-f]+$/i.test(text)) throw new Error(`no size of a chunk: ${text.slice(0, 100)}`)
        chunks.left = parseInt(text, 16)
        chunks.part = chunks.left === 0 ? 'trailer' : 'data'
      }
    }
  }
  const isWhole = (how: Framing): boolean => {
    if (how.tag === 'Chunked') return readChunks(how)
    if (how.tag === 'Length') return (how.left -= take(how.left)) === 0
    take(rest.length)
    return false
  }
  const answer = (reusable: boolean): WireAnswer | undefined =>
    head && { ...head, body: Buffer.concat(kept), length, reusable }

  return {
    push: bytes => {
      rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes])
      if (!framing && !readHead()) return undefined
      if (head?.status === 101) return answer(false)
      if (!framing || !isWhole(framing)) return undefined
      if (rest.length > 0) throw new Error(`more than the answer: ${rest.toString('latin1', 0, 100)}`)
      return answer(head?.headers.get('connection') !== 'close')
    },
    end: () => (framing?.tag === 'UntilClose' ? answer(false) : undefined),
  }
}
