import { parseLogLine } from './cri-line.ts'
import type { LogLine } from './cri-line.ts'

const newline = 0x0a

/** Cuts bytes into the entries of a CRI log; the unfinished end of what came so far is kept for the next bytes. */
export const lineCutter = () => {
  let rest = Buffer.alloc(0)
  return {
    /** Each entry with how many bytes of the log it and everything before it in these bytes took. */
    take: (bytes: Buffer): readonly { readonly line: LogLine; readonly consumed: number }[] => {
      const all = rest.length === 0 ? bytes : Buffer.concat([rest, bytes])
      const before = rest.length
      const entries: { line: LogLine; consumed: number }[] = []
      let from = 0
      for (let at = all.indexOf(newline); at >= 0; at = all.indexOf(newline, from)) {
        const line = parseLogLine(all.toString('utf8', from, at))
        from = at + 1
        if (line) entries.push({ line, consumed: from - before })
      }
      rest = Buffer.from(all.subarray(from))
      return entries
    },
  }
}
