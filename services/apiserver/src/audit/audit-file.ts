import { mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import type { Metrics } from '@periplus/service'

/** Where the lines of the audit log go. */
export interface AuditSink {
  /** Returns at once. What cannot be written, or not soon enough, is lost and counted. */
  readonly keep: (line: string) => void
  /** Resolves when what was kept is written, or a disk that stands still has had its time. */
  readonly close: () => Promise<void>
}

export interface AuditFileOptions {
  readonly directory: string
  /** Of the writer: no two write files of one name. */
  readonly name: string
  /** What all files of the name may come to; the oldest goes. */
  readonly mostBytes: number
  readonly clock: Clock
  readonly metrics: Pick<Metrics, 'counter'>
  /** Told when lines begin to be lost. */
  readonly onLoss: (why: string) => void
}

/** Files of a name, so that the oldest part that goes is a small one. */
const parts = 10
/** What waits to be written at most. */
const mostWaiting = 8 * 1024 * 1024
/** What is written at once at most, in lines. */
const mostAtOnce = 1_000
const lastChance = 2_000

/** `apiserver-6443-20261129T215440123Z.log`: in the order of their names. */
const fileName = (name: string, now: number): string =>
  `${name}-${new Date(now).toISOString().replace(/[-:.]/g, '')}.log`

/**
 * Files of JSON lines, of which a new one is begun when one has its part of the bound. Requests never wait for them: lines wait in
 * memory, up to 8 MiB, while a disk is slow, and are lost from there on, as are those of a write that failed.
 */
export const auditFile = ({ directory, name, mostBytes, clock, metrics, onLoss }: AuditFileOptions): AuditSink => {
  const kept = metrics.counter('apiserver_audit_event_total', 'Audit events that were made.')
  const lost = metrics.counter('apiserver_audit_error_total', 'Audit events that could not be kept, and are lost.')
  let waiting: string[] = []
  let waitingSize = 0
  let current: { readonly path: string; readonly file: FileHandle; size: number } | undefined
  let path: string | undefined
  let isTorn = false
  let isLosing = false
  let writing: Promise<void> | undefined

  const lose = (count: number, why: string): void => {
    lost.add(count, { plugin: 'log' })
    if (!isLosing) onLoss(why)
    isLosing = true
  }
  const release = async (): Promise<void> => {
    const { file } = current ?? {}
    current = undefined
    await file?.close().catch(() => undefined)
  }
  const opened = async () => {
    if (current && current.size >= mostBytes / parts) {
      await release()
      path = undefined
    }
    if (current) return current
    await mkdir(directory, { recursive: true, mode: 0o700 })
    if (path === undefined) {
      await makeRoom(directory, name, mostBytes - mostBytes / parts)
      path = join(directory, fileName(name, clock.now()))
    }
    const file = await open(path, 'a', 0o600)
    return (current = { path, file, size: (await file.stat()).size })
  }
  const write = async (lines: readonly string[]): Promise<void> => {
    try {
      const target = await opened()
      const text = Buffer.from(`${isTorn ? '\n' : ''}${lines.join('\n')}\n`)
      // Only what is whole ends with its line.
      isTorn = true
      await target.file.appendFile(text)
      isTorn = false
      isLosing = false
      target.size += text.length
    } catch (error) {
      lose(lines.length, messageOf(error))
      await release()
    }
  }
  const writeAll = async (): Promise<void> => {
    while (waiting.length > 0) {
      const lines = waiting.slice(0, mostAtOnce)
      waiting = waiting.slice(mostAtOnce)
      await write(lines)
      waitingSize -= lines.reduce((sum, line) => sum + line.length, 0)
    }
    writing = undefined
  }
  return {
    keep: line => {
      kept.add(1)
      if (waitingSize + line.length > mostWaiting) return lose(1, 'they cannot be written as fast as they come')
      waiting.push(line)
      waitingSize += line.length
      writing ??= writeAll()
    },
    close: async () => {
      let forget: () => void = () => undefined
      const patience = new Promise<void>(resolve => (forget = clock.after(lastChance, resolve)))
      await Promise.race([Promise.resolve(writing).then(release), patience])
      forget()
    },
  }
}

/** Removes the oldest files of a name until the rest are within a bound. */
const makeRoom = async (directory: string, name: string, most: number): Promise<void> => {
  const names = (await readdir(directory)).filter(file => file.startsWith(`${name}-`)).sort()
  let size = 0
  for (const file of names.reverse()) {
    const path = join(directory, file)
    size += (await stat(path)).size
    if (size > most) await rm(path)
  }
}
