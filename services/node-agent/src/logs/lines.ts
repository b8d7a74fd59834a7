import { parseLogLine } from './cri-line.ts'
import type { LogLine } from './cri-line.ts'

const newline = 0x0a

/** A runtime splits lines long before (containerd at 16 KiB): what is longer is no entry, and is not kept to find its end. */
const longestEntry = 1 << 20

/** Cuts bytes into the entries of a CRI log; the unfinished end of what came so far is kept for the next bytes. */
export const lineCutter = () => {
  let rest = Buffer.alloc(0)
  /** What came before the kept bytes was too long to be an entry, and so is what follows up to the next newline. */
  let isOverlong = false
  return {
    /** Each entry with how many bytes of the log it and everything before it in these bytes took. */
    take: (bytes: Buffer): readonly { readonly line: LogLine; readonly consumed: number }[] => {
      const all = rest.length === 0 ? bytes : Buffer.concat([rest, bytes])
      const before = rest.length
      const entries: { line: LogLine; consumed: number }[] = []
      let from = 0
      for (let at = all.indexOf(newline); at >= 0; at = all.indexOf(newline, from)) {
        const line = isOverlong || at - from > longestEntry ? undefined : parseLogLine(all.toString('utf8', from, at))
        isOverlong = false
        from = at + 1
        if (line) entries.push({ line, consumed: from - before })
      }
      isOverlong ||= all.length - from > longestEntry
      rest = isOverlong ? Buffer.alloc(0) : Buffer.from(all.subarray(from))
      return entries
    },
  }
}
