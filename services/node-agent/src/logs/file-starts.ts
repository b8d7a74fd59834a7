import { isSameFile } from './file-id.ts'
import type { FileId } from './file-id.ts'

/** The number that the first line of a file of a log has. */
export interface FileStart extends FileId {
  readonly number: number
}

/**
 * Where the files begin that were read behind the place up to which all is safe. Should that place be rotated away before anybody
 * goes on from it, then the lines of these files still get the numbers that they were sent with, and nobody has them twice.
 */
export interface FileStarts {
  /** Undefined where no line of the file was ever sent, or where it begins within a line. */
  numberAt(file: FileId): number | undefined
  begin(file: FileId, number: number): void
  /** Those behind a file, in the order in which they were begun; the ones before are forgotten. */
  behind(file: FileId): readonly FileStart[]
}

/** More files than lie between two places that are safe, unless the stream is away. */
const mostStarts = 1_000

export const fileStarts = (noted: readonly FileStart[]): FileStarts => {
  let starts = noted
  return {
    numberAt: file => starts.find(start => isSameFile(start, file))?.number,
    begin: ({ inode, born }, number) => {
      const others = starts.filter(start => !isSameFile(start, { inode, born }))
      starts = [...others, { inode, born, number }].slice(-mostStarts)
    },
    behind: file => {
      starts = starts.slice(starts.findIndex(start => isSameFile(start, file)) + 1)
      return starts
    },
  }
}
