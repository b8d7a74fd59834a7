import { pause } from '@periplus/prelude'
import { lstat } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Clock } from '@periplus/prelude'
import { openPlainFile } from '../files/open-plain-file.ts'
import { directoryWaker } from './directory-waker.ts'
import { fileId, isSameFile } from './file-id.ts'
import type { FileId } from './file-id.ts'
import { gunzipped } from './gzip-file.ts'
import type { Unzipped } from './gzip-file.ts'
import { logChain } from './log-files.ts'
import type { ChainLink } from './log-files.ts'
import type { LogPart } from './log-part.ts'
import { linkAfter, linkAt, startOf } from './position.ts'
import type { LinkBehind, LogPosition } from './position.ts'
import { giveBuffer, takeBuffer } from './read-buffers.ts'

export interface FollowOptions {
  readonly path: string
  readonly from: LogPosition
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Nothing more will be written: at the end of the log, following ends. */
  readonly ended: () => boolean
  /** The disk is short: a file that has been removed is not kept alive for being read to its end. */
  readonly isShort?: () => boolean
  /**
   * What a runtime has taken from a container may reach the file a moment after it opened the next one, or said that the container
   * has ended: so long a file must have been quiet before it is left. Milliseconds; default 200.
   */
  readonly settles?: number
}

/** A file that cannot be opened may have been rotated between two looks; not as often as this. */
const mostMisses = 5

/** A log's bytes as they are written, over rotations, compressed files included: none twice, and what cannot be had is said. */
export async function* followFile(options: FollowOptions): AsyncGenerator<LogPart> {
  const { path, clock, signal, settles = 200 } = options
  const waker = directoryWaker(dirname(path), clock)
  signal.addEventListener('abort', waker.wake)
  let position = options.from
  let file: FileHandle | undefined
  const chain = knownChain(path)
  /** The file behind the one that is read, when both were last seen. */
  let seen: FileId | undefined
  let misses = 0
  try {
    while (!signal.aborted) {
      // Asked before reading: what is written until then is read below.
      const isLast = options.ended()
      const before = position
      let unzipped: Unzipped = 'Whole'
      if (!file) {
        const links = await chain.around(position)
        const found = linkAt(links, position)
        seen = found && linkAfter(links, startOf(found.link), undefined)?.link.id
        if (found && !found.isThere) yield { tag: 'Lost', reason: 'Rotated', bytes: 0, after: startOf(found.link) }
        if (found) position = isSameFile(found.link.id, position) ? position : startOf(found.link)
        if (found?.link.isCompressed) ({ position, unzipped } = yield* wholeCompressed(found.link, position))
        else if (found) file = await openLink(found.link)
        if (found && !found.link.isCompressed && !file) {
          chain.forget()
          if (++misses < mostMisses) continue
        }
      }
      misses = 0
      if (file) position = yield* toItsEnd(file, position, options)
      if (signal.aborted) return
      const next = await linkBehind(path, chain, position, seen)
      const isSettling = next ? file && isYoung(next.link, clock, settles) : isLast && settles > 0
      if (isSettling && !(file && (await isQuiet(file, position, options, settles)))) continue
      if (next) {
        await file?.close()
        file = undefined
        position = startOf(next.link)
        if (unzipped === 'Whole' && next.isNext) yield { tag: 'FileEnd', after: position }
        else yield { tag: 'Lost', reason: unzipped === 'Damaged' ? 'Unreadable' : 'Rotated', bytes: 0, after: position }
      } else if (isLast) return
      else {
        yield { tag: 'CaughtUp' }
        await waker.next(position.offset !== before.offset)
      }
    }
  } finally {
    signal.removeEventListener('abort', waker.wake)
    waker.close()
    await file?.close()
  }
}

/** The files of a log as they were last seen. */
interface KnownChain {
  /**
   * Those with the file of a position and the one behind it, as long as nobody has found one of them gone: files come at the end, and go at
   * the beginning. Else as they are now. To look at all for each that is read would take a log of a hundred files a hundred times as long.
   */
  around(position: LogPosition): Promise<readonly ChainLink[]>
  /** They are not there any more as they were seen. */
  forget(): void
}

const knownChain = (path: string): KnownChain => {
  let known: readonly ChainLink[] = []
  return {
    around: async position => {
      const at = known.findIndex(({ id }) => isSameFile(id, position))
      if (at < 0 || at === known.length - 1) known = await logChain(path)
      return known
    },
    forget: () => (known = []),
  }
}

/** The file behind a position's; mostly there is none, which the name of the current one says at once. */
const linkBehind = async (
  path: string,
  chain: KnownChain,
  position: LogPosition,
  seen: FileId | undefined,
): Promise<LinkBehind | undefined> => {
  const current = await lstat(path).catch(() => undefined)
  if (position.inode === 0 || (current && isSameFile(fileId(current), position))) return undefined
  return linkAfter(await chain.around(position), position, seen)
}

/** Whether nothing more comes to a file for as long as it takes to settle. */
const isQuiet = async (
  file: FileHandle,
  { offset }: LogPosition,
  { clock, signal }: FollowOptions,
  settles: number,
): Promise<boolean> => {
  await pause(clock, settles, signal)
  return (await file.stat()).size === offset
}

const openLink = async ({ path, id }: ChainLink): Promise<FileHandle | undefined> => {
  const file = await openPlainFile(path)
  if (file && isSameFile(fileId(await file.stat()), id)) return file
  // It was rotated a moment ago: it has another name now.
  await file?.close()
  return undefined
}

/** All of a compressed file from a position on, and whether that was all. */
async function* wholeCompressed(
  link: ChainLink,
  from: LogPosition,
): AsyncGenerator<LogPart, { readonly position: LogPosition; readonly unzipped: Unzipped }> {
  let position = from
  const bytes = gunzipped(link.path, from.offset)
  try {
    for (let next = await bytes.next(); ; next = await bytes.next()) {
      if (next.done) return { position, unzipped: next.value }
      position = { ...position, offset: position.offset + next.value.length }
      yield { tag: 'Bytes', bytes: next.value, after: position }
    }
  } finally {
    await bytes.return('Whole')
  }
}

/** What there is of a file from a position on, as far as it is kept. */
async function* toItsEnd(
  file: FileHandle,
  from: LogPosition,
  { signal, isShort }: FollowOptions,
): AsyncGenerator<LogPart, LogPosition> {
  let position = from
  const buffer = takeBuffer()
  try {
    while (!signal.aborted) {
      if (isShort?.()) {
        const { nlink, size } = await file.stat()
        if (nlink === 0) {
          const left = Math.max(0, size - position.offset)
          position = { ...position, offset: size }
          if (left > 0) yield { tag: 'Lost', reason: 'Rotated', bytes: left, after: position }
          return position
        }
      }
      const { bytesRead } = await file.read(buffer, 0, buffer.length, position.offset)
      if (bytesRead === 0) {
        const { size, mtimeMs } = await file.stat()
        position = { ...position, changedAt: mtimeMs }
        if (size >= position.offset) return position
        position = { ...position, offset: 0 }
        yield { tag: 'Lost', reason: 'Truncated', bytes: 0, after: position }
        continue
      }
      position = { ...position, offset: position.offset + bytesRead }
      yield { tag: 'Bytes', bytes: buffer.subarray(0, bytesRead), after: position }
    }
    return position
  } finally {
    giveBuffer(buffer)
  }
}

/** The runtime may still be writing to the file before this one. */
const isYoung = ({ id, isCompressed }: ChainLink, clock: Clock, settles: number): boolean =>
  settles > 0 && !isCompressed && (id.born === 0 || Math.abs(clock.now() - id.born) < settles)
