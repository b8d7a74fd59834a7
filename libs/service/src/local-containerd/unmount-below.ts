import { readFile } from 'node:fs/promises'
import { runCommand } from './run-command.ts'

/** Unmounts everything that is mounted somewhere below these directories, so that they can be removed. Idempotent. */
export const unmountBelow = async (directories: readonly string[]): Promise<void> => {
  const table = await readFile('/proc/self/mounts', 'utf8')
  const points = table
    .split('\n')
    .map(line => line.split(' ')[1]?.replace(/\\040/g, ' ') ?? '')
    .filter(point => directories.some(directory => point.startsWith(`${directory}/`)))
  // The deepest first: a mount below another keeps it busy.
  for (const point of points.sort((a, b) => b.length - a.length)) await runCommand('umount', ['--lazy', point])
}
