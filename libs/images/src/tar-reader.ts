import { normalPath } from './file-tree.ts'
import type { FileTree } from './file-tree.ts'

/**
 * Files, directories and links of a tar stream as `dpkg-deb --fsys-tarfile` writes it (ustar with GNU long names). A hard
 * link becomes a file of its own with the same content. Devices and pipes are left out: a Debian package brings none.
 */
export const treeOf = (tar: Buffer): FileTree => {
  const tree: FileTree = new Map()
  let longName: string | undefined
  let longTarget: string | undefined
  for (let at = 0; at + 512 <= tar.length;) {
    const block = tar.subarray(at, at + 512)
    if (block[0] === 0) break
    const size = number(block, 124, 12)
    const content = tar.subarray(at + 512, at + 512 + size)
    at += 512 + Math.ceil(size / 512) * 512
    const typeFlag = String.fromCharCode(block[156]!)
    if (typeFlag === 'L') longName = text(content, 0, size)
    else if (typeFlag === 'K') longTarget = text(content, 0, size)
    else {
      const prefix = text(block, 257, 6) === 'ustar' ? text(block, 345, 155) : ''
      const short = text(block, 0, 100)
      const path = normalPath(longName ?? (prefix ? `${prefix}/${short}` : short))
      const target = longTarget ?? text(block, 157, 100)
      longName = longTarget = undefined
      const owner = { mode: number(block, 100, 8) & 0o7777, uid: number(block, 108, 8), gid: number(block, 116, 8) }
      if (typeFlag === '0' || typeFlag === '\0') tree.set(path, { type: 'file', content, ...owner })
      else if (typeFlag === '5') tree.set(path, { type: 'directory', ...owner })
      else if (typeFlag === '2') tree.set(path, { type: 'symlink', target, ...owner })
      else if (typeFlag === '1') {
        const same = tree.get(normalPath(target))
        if (same) tree.set(path, same)
      }
    }
  }
  return tree
}

const text = (block: Buffer, at: number, length: number): string => {
  const field = block.subarray(at, at + length)
  const end = field.indexOf(0)
  return field.toString('utf8', 0, end < 0 ? length : end)
}

const number = (block: Buffer, at: number, length: number): number => parseInt(text(block, at, length).trim() || '0', 8)
