import { open as openFile, mkdir, rename, rm } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { taken } from '../backend.ts'
import type { LogBackend, LogWriter } from '../backend.ts'
import { readConfig } from '../config/read-config.ts'
import { documentOf } from '../document.ts'

interface FilePlace {
  readonly path: string
  /** Bytes after which a new file is begun. */
  readonly maxBytes: number
  /** How many files there are, the one that is written to included. */
  readonly maxFiles: number
}

const fileName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/
const lookBack = 64 * 1024

/** The length up to which a file has whole lines: a line that was cut off when its writer died was not acknowledged. */
const wholeLines = async (file: FileHandle): Promise<number> => {
  let end = (await file.stat()).size
  while (end > 0) {
    const start = Math.max(0, end - lookBack)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(end - start), 0, end - start, start)
    const newline = buffer.subarray(0, bytesRead).lastIndexOf(10)
    if (newline >= 0) return start + newline + 1
    end = start
  }
  return 0
}

interface OpenFile {
  readonly file: FileHandle
  size: number
}

/** A file that ends with whole lines, whatever happens. */
const openWhole = async (path: string): Promise<OpenFile> => {
  const file = await openFile(path, 'a+', 0o600)
  const size = await wholeLines(file)
  await file.truncate(size)
  return { file, size }
}

/** Each file becomes the one before it; the oldest goes. */
const rotate = async ({ path, maxFiles }: FilePlace): Promise<void> => {
  if (maxFiles === 1) return rm(path)
  for (let i = maxFiles - 1; i >= 1; i--)
    await rename(i === 1 ? path : `${path}.${i - 1}`, `${path}.${i}`).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
    })
}

const fileWriter = (directory: string, place: FilePlace): LogWriter => {
  let current: OpenFile | undefined
  let closed = false
  const release = async (): Promise<void> => {
    const { file } = current ?? {}
    current = undefined
    await file?.close()
  }
  const opened = async (): Promise<OpenFile> => {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    current ??= await openWhole(place.path)
    if (current.size < place.maxBytes) return current
    await release()
    await rotate(place)
    current = await openWhole(place.path)
    return current
  }
  return {
    write: async lines => {
      if (closed) return { tag: 'Unavailable', why: 'the writer is closed' }
      try {
        const target = await opened()
        const text = Buffer.from(`${lines.map(documentOf).join('\n')}\n`)
        await target.file.appendFile(text)
        await target.file.datasync()
        target.size += text.length
        return taken
      } catch (error) {
        // What is half written is cut off when the file is opened again.
        await release().catch(() => undefined)
        return { tag: 'Unavailable', why: (error as NodeJS.ErrnoException).code ?? 'the file cannot be written' }
      }
    },
    flush: async () => undefined,
    close: async () => {
      closed = true
      await release()
    },
  }
}

/**
 * A file of documents, one a line, below the directory that the operator gave, on the disk when a batch is acknowledged. Only one
 * writer may have a file.
 */
export const fileBackend: LogBackend = {
  name: 'file',
  local: true,
  open: (config, _credentials, { directory }) => {
    const read = readConfig(config)
    const name = read.requiredText('name')
    const maxBytes = read.count('maxBytes', 100 * 2 ** 20, 2 ** 40)
    const maxFiles = read.count('maxFiles', 5, 1_000)
    if (name !== '' && !fileName.test(name)) read.fault('name', 'must be the plain name of a file')
    if (directory === undefined) read.fault('', 'no directory is given where files may be written')
    return read.opens(() => fileWriter(directory ?? '', { path: join(directory ?? '', name), maxBytes, maxFiles }))
  },
}
