import { isSameFile } from './file-id.ts'
import type { FileId } from './file-id.ts'
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

/** Which file of a log holds a position; where that has gone, the first that may hold what came after it. */
export const linkAt = (
  chain: readonly ChainLink[],
  position: LogPosition,
): { readonly link: ChainLink; readonly isThere: boolean } | undefined => {
  const there = chain.find(({ id }) => isSameFile(id, position))
  if (there) return { link: there, isThere: true }
  const link = chain.find(({ changedAt }) => changedAt > position.changedAt)
  return link && { link, isThere: position.inode === 0 }
}

/** The file that was written after that of a position. */
export interface LinkBehind {
  readonly link: ChainLink
  /** No other file was written between the two, as far as can be known. */
  readonly isNext: boolean
}

/**
 * What was written after the file of a position, which may have been removed while it was read: then the one that was `seen` behind it tells
 * whether more has gone than that. Where none was seen, only a log without rotated files passes for one of which no file has gone.
 */
export const linkAfter = (
  chain: readonly ChainLink[],
  position: LogPosition,
  seen: FileId | undefined,
): LinkBehind | undefined => {
  const at = chain.findIndex(({ id }) => isSameFile(id, position))
  const link = at >= 0 ? chain[at + 1] : chain.find(({ changedAt }) => changedAt > position.changedAt)
  if (!link) return undefined
  return { link, isNext: at >= 0 || (seen ? isSameFile(seen, link.id) : chain.length === 1) }
}
