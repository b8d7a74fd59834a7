import { isSameFile } from './file-id.ts'
import type { FileId } from './file-id.ts'
import { currentOf } from './log-files.ts'
import type { ChainLink } from './log-files.ts'

/** A place in a log whose files are rotated away: the file as it was written, and how far into it. */
export interface LogPosition extends FileId {
  /** Bytes, before compression. */
  readonly offset: number
  /** When the file had last been written to, as far as was known: milliseconds since the epoch. */
  readonly changedAt: number
}

/** Before everything that a log has. */
export const logStart: LogPosition = { inode: 0, born: 0, offset: 0, changedAt: 0 }

export const startOf = ({ id, changedAt }: ChainLink): LogPosition => ({ ...id, offset: 0, changedAt })

/** The first file that was written to after a position, whose own has gone; the current one was, whatever the clock has been set to. */
const laterLink = (chain: readonly ChainLink[], { changedAt }: LogPosition): ChainLink | undefined =>
  chain.find(link => link.changedAt > changedAt) ?? currentOf(chain)

/** Which file of a log holds a position; where that has gone, the first that may hold what came after it. */
export const linkAt = (
  chain: readonly ChainLink[],
  position: LogPosition,
): { readonly link: ChainLink; readonly isThere: boolean } | undefined => {
  const there = chain.find(({ id }) => isSameFile(id, position))
  if (there) return { link: there, isThere: true }
  const link = laterLink(chain, position)
  return link && { link, isThere: position.inode === 0 }
}

/** The file that was written after that of a position. */
export interface LinkBehind {
  readonly link: ChainLink
  /** No other file was written between the two, as far as can be known. */
  readonly isNext: boolean
}

/**
 * What was written after the file of a position, which may have been removed while it was read: then it is the one that was `seen` behind it,
 * and where that has gone too, or none was seen, the first that was written to later. Of those, only the one file of a log without rotated
 * ones passes for the next.
 */
export const linkAfter = (
  chain: readonly ChainLink[],
  position: LogPosition,
  seen: FileId | undefined,
): LinkBehind | undefined => {
  const at = chain.findIndex(({ id }) => isSameFile(id, position))
  const next = at >= 0 ? chain[at + 1] : seen && chain.find(({ id }) => isSameFile(id, seen))
  if (next) return { link: next, isNext: true }
  const later = at >= 0 ? undefined : laterLink(chain, position)
  return later && { link: later, isNext: !seen && chain.length === 1 }
}
