import { posix } from 'node:path'
import { directory } from './file-tree.ts'
import type { FileEntry, FileTree } from './file-tree.ts'

/**
 * The tree as a tar stream (POSIX ustar, pax records for long names): entries in the order of their paths, parents first,
 * every time stamp zero. The same tree gives the same bytes, so the same digest.
 */
export const tarOf = (tree: FileTree): Buffer => {
  const whole = new Map(tree)
  for (const path of tree.keys())
    for (let parent = posix.dirname(path); parent !== '.'; parent = posix.dirname(parent))
      if (!whole.has(parent)) whole.set(parent, directory())
  const parts: Buffer[] = []
  for (const path of [...whole.keys()].filter(Boolean).sort()) parts.push(...entryOf(path, whole.get(path)!))
  return Buffer.concat([...parts, Buffer.alloc(1024)])
}

const typeFlags = { file: '0', symlink: '2', directory: '5' } as const

const entryOf = (path: string, entry: FileEntry): Buffer[] => {
  const name = entry.type === 'directory' ? `${path}/` : path
  const target = entry.type === 'symlink' ? entry.target : ''
  const content = entry.type === 'file' ? entry.content : Buffer.alloc(0)
  const records = [
    ...(Buffer.byteLength(name) > 100 ? [paxRecord('path', name)] : []),
    ...(Buffer.byteLength(target) > 100 ? [paxRecord('linkpath', target)] : []),
  ].join('')
  const pax = Buffer.from(records)
  return [
    ...(pax.length > 0 ? [header('pax', 'x', pax.length, '', { mode: 0o644, uid: 0, gid: 0 }), pax, padding(pax)] : []),
    header(name, typeFlags[entry.type], content.length, target, entry),
    content,
    padding(content),
  ]
}

/** `<length> key=value\n`, where the length counts its own digits. */
const paxRecord = (key: string, value: string): string => {
  const rest = Buffer.byteLength(` ${key}=${value}\n`)
  let length = rest + 1
  while (String(length).length + rest !== length) length++
  return `${length} ${key}=${value}\n`
}

const padding = (content: Buffer): Buffer => Buffer.alloc((512 - (content.length % 512)) % 512)

const octal = (value: number, width: number): string => `${value.toString(8).padStart(width - 1, '0')}\0`

const header = (
  name: string,
  typeFlag: string,
  size: number,
  target: string,
  { mode, uid, gid }: { readonly mode: number; readonly uid: number; readonly gid: number },
): Buffer => {
  const block = Buffer.alloc(512)
  block.write(name, 0, 100)
  block.write(octal(mode, 8), 100)
  block.write(octal(uid, 8), 108)
  block.write(octal(gid, 8), 116)
  block.write(octal(size, 12), 124)
  block.write(octal(0, 12), 136)
  block.write('        ', 148)
  block.write(typeFlag, 156)
  block.write(target, 157, 100)
  block.write('ustar\x0000', 257, 'latin1')
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return block
}
