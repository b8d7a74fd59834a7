/** What tells a file from all others of its file system, also from a later one that was given its inode when it was removed. */
export interface FileId {
  readonly inode: number
  /** Milliseconds since the epoch when it was made; 0 where the file system does not keep that. */
  readonly born: number
}

export const fileId = ({ ino, birthtimeMs }: { readonly ino: number; readonly birthtimeMs: number }): FileId => ({
  inode: ino,
  born: birthtimeMs,
})

export const isSameFile = (a: FileId, b: FileId): boolean => a.inode === b.inode && a.born === b.born
