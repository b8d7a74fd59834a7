import { spawn } from 'node:child_process'

export interface DiskUsage {
  readonly bytes: number
  readonly inodes: number
}

/** Whoever fills a disk may have made millions of files: what is counted by then is enough to tell who did. */
const mostMilliseconds = 5_000
/** Of `%b` (find(1)), whatever the file system's own are. */
const blockBytes = 512
/** Files of more than one name that are remembered, so as to be counted once. */
const mostLinked = 1_000_000

/** What `find` prints of each file: blocks, names, inode. */
const tally = () => {
  let [bytes, inodes, rest] = [0, 0, '']
  const linked = new Set<string>()
  const count = (line: string): void => {
    const [blocks = '', names = '', inode = ''] = line.split(' ')
    if (names !== '1') {
      if (linked.has(inode)) return
      if (linked.size < mostLinked) linked.add(inode)
    }
    bytes += Number(blocks) * blockBytes
    inodes++
  }
  return {
    take: (chunk: string): void => {
      const lines = (rest + chunk).split('\n')
      rest = lines.pop() ?? ''
      lines.forEach(count)
    },
    usage: (): DiskUsage => ({ bytes, inodes }),
  }
}

/**
 * What lies below these directories, together, on their own file systems. At least so much: what vanishes meanwhile is not counted, nor
 * what there is no time for.
 */
export const diskUsage = (directories: readonly string[], milliseconds = mostMilliseconds): Promise<DiskUsage> =>
  new Promise(resolve => {
    const counted = tally()
    if (directories.length === 0) return resolve(counted.usage())
    // A directory has two names and more by nature, and no other than these lead to it.
    const find = spawn(
      'find',
      [...directories, '-xdev', '(', '-type', 'd', '-printf', '%b 1 -\\n', '-o', '-printf', '%b %n %i\\n', ')'],
      {
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    )
    const late = setTimeout(() => find.kill('SIGKILL'), milliseconds)
    find.stdout.setEncoding('utf8')
    find.stdout.on('data', (chunk: string) => counted.take(chunk))
    find.on('error', () => undefined)
    find.on('close', () => {
      clearTimeout(late)
      resolve(counted.usage())
    })
  })
