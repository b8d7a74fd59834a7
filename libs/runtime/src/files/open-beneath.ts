import { constants } from 'node:fs'
import { chmod, mkdir, open, readlink } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { E, messageOf } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'

/** Linux's own, which Node has no name for: opens what is there without any access to its content. */
const justTheFile = 0o10000000
const { O_CREAT: create, O_DIRECTORY: directoryOnly, O_EXCL: butNew, O_NOFOLLOW: noLink, O_WRONLY: write } = constants

const mostSteps = 512
const mostLinks = 40
/** Nobody but root sees what was just made until it has the mode that it is to have. */
const unseen = 0o700

/** Where what is held open can be named, as long as it is: it leads there whatever becomes of the names on the way. */
export const nameOf = ({ fd }: Pick<FileHandle, 'fd'>): string => `/proc/self/fd/${fd}`

/** Opens a directory whose names belong to the node or its administrator: links on the way are followed. */
export const openDirectory = (path: string): Promise<FileHandle> => open(path, justTheFile | directoryOnly)

export interface Beneath {
  /** The mode of the directories that are made where they are missing; absent: nothing is made. */
  readonly makeMissing?: number
  /** What is made at the path's end is an empty file. */
  readonly endsInFile?: boolean
  /**
   * Links and `..` mean what they mean to a process whose root directory this is: an absolute link begins there, and nothing is above.
   * Otherwise a link that leads out is refused.
   */
  readonly asRoot?: boolean
}

/**
 * Opens what a path names below a directory, for whoever may not trust those who write there: each part is opened in the one that
 * is held open before it and never through a link, so that nobody who renames parts or puts links in their place meanwhile
 * leads anywhere else. A link is read and followed part by part, as long as it stays within the directory. What was opened gives no
 * access to its content: it can be named (`nameOf`) and looked at. Refused in words; the caller closes what it gets.
 */
export const openBeneath = async (
  home: string,
  path: string,
  how: Beneath = {},
): Promise<Either<string, FileHandle>> => {
  const held: FileHandle[] = []
  try {
    held.push(await openDirectory(home))
    const refusal = await walk(held, path.split('/').filter(isStep), how)
    const found = refusal === undefined ? held.pop() : undefined
    return found === undefined ? E.left(refusal ?? 'nothing is open') : E.right(found)
  } catch (error) {
    return E.left(messageOf(error))
  } finally {
    for (const handle of held) await handle.close()
  }
}

const isStep = (part: string): boolean => part !== '' && part !== '.'

/** `held`: the way from the home to where the walk stands. Says what stopped it. */
const walk = async (held: FileHandle[], waiting: string[], how: Beneath): Promise<string | undefined> => {
  let links = 0
  for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
    const [home, here] = [held[0], held.at(-1)]
    if (!home || !here) continue
    if (held.length + waiting.length > mostSteps) return `more than ${mostSteps} directories deep`
    if (part === '..') {
      if (here !== home) await held.pop()?.close()
      else if (!how.asRoot) return 'it leads out of the volume'
      continue
    }
    const next = await openPart(here, part, how, waiting.length === 0)
    if (!(await next.stat()).isSymbolicLink()) {
      held.push(next)
      continue
    }
    await next.close()
    if (++links > mostLinks) return 'too many levels of symbolic links'
    const target = await readlink(`${nameOf(here)}/${part}`).catch(orRace)
    const within = target?.startsWith('/') && !how.asRoot ? pathWithin(await readlink(nameOf(home)), target) : target
    if (within === undefined && target !== undefined) return `${part} leads out of the volume`
    if (target?.startsWith('/')) for (const handle of held.splice(1)) await handle.close()
    // What was a link a moment ago and is none now is looked at once more.
    waiting.unshift(...(within === undefined ? [part] : within.split('/').filter(isStep)))
  }
  return undefined
}

const openPart = async (parent: FileHandle, part: string, how: Beneath, isLast: boolean): Promise<FileHandle> => {
  const name = `${nameOf(parent)}/${part}`
  const found = await open(name, justTheFile | noLink).catch(orAbsent)
  if (found) return found
  if (how.makeMissing === undefined) return open(name, justTheFile | noLink)
  return isLast && how.endsInFile ? makeFile(name) : makeDirectory(name, how.makeMissing)
}

/** Never one that is there already, which could be a pipe that waits for a reader. */
const makeFile = async (name: string): Promise<FileHandle> => {
  const made = await open(name, create | butNew | noLink | write, 0o644).catch(orPresent)
  await made?.close()
  return open(name, justTheFile | noLink)
}

const makeDirectory = async (name: string, mode: number): Promise<FileHandle> => {
  await mkdir(name, unseen).catch(orPresent)
  const made = await open(name, justTheFile | noLink)
  const stats = await made.stat()
  // Whatever the umask says; and only if it is what was just made.
  const isNew =
    (stats.mode & constants.S_IFMT) === constants.S_IFDIR &&
    (stats.mode & 0o777) === unseen &&
    stats.uid === process.geteuid?.()
  if (isNew) await chmod(nameOf(made), mode)
  return made
}

/** The rest of an absolute path that lies in a directory. */
const pathWithin = (home: string, path: string): string | undefined => {
  const prefix = home.endsWith('/') ? home : `${home}/`
  return `${path}/`.startsWith(prefix) ? path.slice(prefix.length) : undefined
}

const isError = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code

const unless =
  (code: string) =>
  (error: unknown): undefined => {
    if (!isError(error, code)) throw error
  }

const orAbsent = unless('ENOENT')
const orPresent = unless('EEXIST')
const orRace = unless('EINVAL')
