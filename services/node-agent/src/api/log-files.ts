import { createReadStream } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'
import type { Readable } from 'node:stream'

/** What lies at a path below the node's logs. */
export type LogFile =
  | { readonly tag: 'Directory'; readonly html: string }
  | { readonly tag: 'File'; readonly length: number; readonly open: () => Readable }
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
    if (state.isFile())
      return {
        tag: 'File',
        length: state.size,
        // A log that grows meanwhile is read as far as was said.
        open: () => createReadStream(found, { end: Math.max(0, state.size - 1) }),
      }
    if (!state.isDirectory()) return missing
    const entries = await readdir(found, { withFileTypes: true })
    const names = entries.map(entry => (entry.isDirectory() ? `${entry.name}/` : entry.name)).sort()
    return { tag: 'Directory', html: `<!doctype html>\n<pre>\n${names.map(entryLine).join('')}</pre>\n` }
  } catch {
    return missing
  }
}
