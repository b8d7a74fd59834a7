import { constants } from 'node:fs'
import { open, readdir } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { E } from '@periplus/prelude'
import { nameOf, openBeneath } from '@periplus/runtime'

/** What lies at a path below the node's logs. */
export type LogFile =
  | { readonly tag: 'Directory'; readonly html: string }
  /** Whoever gets it reads or destroys it: the file is open. */
  | { readonly tag: 'File'; readonly length: number; readonly content: Readable }
  | { readonly tag: 'Missing' }

const missing: LogFile = { tag: 'Missing' }

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&#34;')

const entryLine = (name: string): string => {
  const href = name.split('/').map(encodeURIComponent).join('/')
  return `<a href="${escaped(href)}">${escaped(name)}</a>\n`
}

const listing = async (directory: FileHandle): Promise<LogFile> => {
  const entries = await readdir(nameOf(directory), { withFileTypes: true })
  const names = entries.map(entry => (entry.isDirectory() ? `${entry.name}/` : entry.name)).sort()
  return { tag: 'Directory', html: `<!doctype html>\n<pre>\n${names.map(entryLine).join('')}</pre>\n` }
}

/** A log that grows meanwhile is read as far as is said. */
const opened = async (found: FileHandle): Promise<LogFile> => {
  const file = await open(nameOf(found), constants.O_RDONLY)
  const { size } = await file.stat()
  if (size > 0) return { tag: 'File', length: size, content: file.createReadStream({ end: size - 1 }) }
  await file.close()
  return { tag: 'File', length: 0, content: Readable.from([]) }
}

/**
 * A file or a directory below `root`. Nothing outside of it is found, whatever the path says and wherever links in it lead: pods that
 * have the node's logs mounted may put links there, and the node reads as root.
 */
export const logFile = async (root: string, path: string): Promise<LogFile> => {
  if (path.includes('\0')) return missing
  const found = await openBeneath(root, path)
  if (E.isLeft(found)) return missing
  try {
    const state = await found.right.stat()
    if (state.isFile()) return await opened(found.right)
    return state.isDirectory() ? await listing(found.right) : missing
  } catch {
    return missing
  } finally {
    await found.right.close()
  }
}
