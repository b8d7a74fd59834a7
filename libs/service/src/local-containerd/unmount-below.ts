import { readFile, realpath } from 'node:fs/promises'
import { runCommand } from './run-command.ts'

/**
 * Unmounts everything that is mounted somewhere below these directories, so that they can be removed. Idempotent. Resolves to what
 * is still mounted: whoever removes files there would remove those of somebody else.
 */
export const unmountBelow = async (directories: readonly string[]): Promise<readonly string[]> => {
  // As the kernel names them.
  const names = await Promise.all(directories.map(directory => realpath(directory).catch(() => directory)))
  // The deepest first: a mount below another keeps it busy.
  for (const point of (await mountedBelow(names)).sort((a, b) => b.length - a.length))
    await runCommand('umount', ['--lazy', point])
  return mountedBelow(names)
}

const mountedBelow = async (directories: readonly string[]): Promise<string[]> =>
  (await readFile('/proc/self/mounts', 'utf8'))
    .split('\n')
    .map(line => line.split(' ')[1] ?? '')
    // A space, a tab, a line's end and a backslash are told as octal numbers.
    .map(point => point.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8))))
    .filter(point => directories.some(directory => point.startsWith(`${directory}/`)))
