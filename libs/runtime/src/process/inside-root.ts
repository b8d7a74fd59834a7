import { lstatSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import { join, posix } from 'node:path'

/**
 * The host path of a path inside of another root, its symbolic links followed there: none leads out. A name that is used later: only
 * for files that nobody changes meanwhile, such as an image's (else `openBeneath`).
 */
export const insideRoot = (root: string, path: string): string => {
  let resolved = '/'
  const waiting = path.split('/').filter(Boolean)
  for (let links = 0; waiting.length > 0;) {
    const part = waiting.shift()!
    const next = posix.join(resolved, part)
    const target = linkAt(join(root, next))
    if (target === undefined || ++links > 40) {
      resolved = next
      continue
    }
    if (target.startsWith('/')) resolved = '/'
    waiting.unshift(...target.split('/').filter(Boolean))
  }
  return join(root, resolved)
}

const linkAt = (path: string): string | undefined => {
  try {
    return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : undefined
  } catch {
    return undefined
  }
}

/** Whether the root holds this program, looked up as `execvp` would. */
export const hasProgram = (root: string, program: string, path: string, directory: string): boolean => {
  const places = program.includes('/')
    ? [posix.resolve(directory, program)]
    : path.split(':').map(place => posix.join(place || directory, program))
  return places.some(place => {
    try {
      const found = statSync(insideRoot(root, place))
      return found.isFile() && (found.mode & 0o111) !== 0
    } catch {
      return false
    }
  })
}

/** User and group ids for an image's `User` (`name`, `id`, either with `:group`), read from the root's account files. */
export const accountOf = (root: string, user: string): { readonly uid: number; readonly gid: number } | undefined => {
  const [name = '', group] = (user || '0').split(':')
  const line = accounts(root, 'passwd').find(fields => fields[0] === name || fields[2] === name)
  const uid = /^\d+$/.test(name) ? Number(name) : line && Number(line[2])
  if (uid === undefined) return undefined
  if (group === undefined) return { uid, gid: Number(line?.[3] ?? 0) }
  const gid = /^\d+$/.test(group) ? group : accounts(root, 'group').find(fields => fields[0] === group)?.[2]
  return gid === undefined ? undefined : { uid, gid: Number(gid) }
}

const longestAccounts = 2 ** 20

/** Whoever made the image may have put a pipe there, which would never end, or more than anybody could hold. */
const accounts = (root: string, file: string): string[][] => {
  try {
    const path = insideRoot(root, `/etc/${file}`)
    const found = lstatSync(path)
    if (!found.isFile() || found.size > longestAccounts) return []
    const text = readFileSync(path, 'utf8')
    return text.split('\n').map(line => line.split(':'))
  } catch {
    return []
  }
}
