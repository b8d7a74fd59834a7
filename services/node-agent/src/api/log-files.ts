import { readdir, realpath, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'
import type { Readable } from 'node:stream'
import { openPlainFile } from '../files/open-plain-file.ts'

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

const decoded = (path: string): string | undefined => {
  try {
    return decodeURIComponent(path)
  } catch {
    return undefined
  }
}

/** A name that was looked at a moment ago may be a link by now, to any file of the machine. */
const opened = async (found: string): Promise<LogFile> => {
  const file = await openPlainFile(found)
  if (!file) return missing
  const { size } = await file.stat()
  // A log that grows meanwhile is read as far as was said.
  return { tag: 'File', length: size, content: file.createReadStream({ end: Math.max(0, size - 1) }) }
}

/**
 * A file or a directory below `root`, by a path as a request has it. Nothing outside of it is found, whatever the path says and
 * wherever links in it lead.
 */
export const logFile = async (root: string, path: string): Promise<LogFile> => {
  const wanted = decoded(path)
  if (wanted === undefined || wanted.includes('\0')) return missing
  try {
    const top = await realpath(root)
    const found = await realpath(join(top, wanted))
    if (found !== top && !found.startsWith(top + sep)) return missing
    const state = await stat(found)
    if (state.isFile()) return await opened(found)
    if (!state.isDirectory()) return missing
    const entries = await readdir(found, { withFileTypes: true })
    const names = entries.map(entry => (entry.isDirectory() ? `${entry.name}/` : entry.name)).sort()
    return { tag: 'Directory', html: `<!doctype html>\n<pre>\n${names.map(entryLine).join('')}</pre>\n` }
  } catch {
    return missing
  }
}
