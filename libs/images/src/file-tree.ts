import { posix } from 'node:path'

/** One entry of an image's files. `mode` holds permission bits only. */
export type FileEntry = { readonly mode: number; readonly uid: number; readonly gid: number } & (
  | { readonly type: 'file'; readonly content: Buffer }
  | { readonly type: 'directory' }
  | { readonly type: 'symlink'; readonly target: string }
)

/** An image's files by path, without a leading slash; parents need not be listed. */
export type FileTree = Map<string, FileEntry>

/** A file of a file tree. */
export const file = (content: string | Buffer, mode = 0o644): FileEntry => ({
  type: 'file',
  content: Buffer.from(content as string),
  mode,
  uid: 0,
  gid: 0,
})

/** A directory of a file tree. */
export const directory = (mode = 0o755, uid = 0, gid = 0): FileEntry => ({ type: 'directory', mode, uid, gid })

/** A symbolic link of a file tree. */
export const symlink = (target: string): FileEntry => ({ type: 'symlink', target, mode: 0o777, uid: 0, gid: 0 })

/** `./usr//bin/` as `usr/bin`; the root is the empty path. */
export const normalPath = (path: string): string => posix.join('/', path).replace(/\/$/, '').slice(1)
