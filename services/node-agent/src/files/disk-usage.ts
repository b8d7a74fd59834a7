import { execFile } from 'node:child_process'

export interface DiskUsage {
  readonly bytes: number
  readonly inodes: number
}

/** What `du` counts below these directories together; files that vanish meanwhile make it complain, and it counts on. */
export const diskUsage = async (directories: readonly string[]): Promise<DiskUsage> => {
  if (directories.length === 0) return { bytes: 0, inodes: 0 }
  const [bytes, inodes] = await Promise.all([count(['--block-size=1'], directories), count(['--inodes'], directories)])
  return { bytes, inodes }
}

const count = (unit: readonly string[], directories: readonly string[]): Promise<number> =>
  new Promise(resolve =>
    execFile(
      'du',
      ['--summarize', '--one-file-system', '--total', ...unit, '--', ...directories],
      { maxBuffer: 2 ** 24 },
      (_error, stdout) => resolve(Number(/^(\d+)\ttotal$/m.exec(stdout)?.[1] ?? 0)),
    ),
  )
