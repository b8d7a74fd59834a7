import { runHere } from './run-here.ts'

/**
 * Removes a directory with all that is in it, by coreutils' `rm`: it holds each directory open and follows no link, and goes deeper than
 * a path can say, as whoever wrote there may have gone.
 */
export const removeTree = async (path: string): Promise<void> => {
  const { exitCode, stderr } = await runHere('rm', ['--recursive', '--force', '--one-file-system', '--', path])
  if (exitCode !== 0) throw new Error(`${path} cannot be removed: ${stderr.toString().trim()}`)
}
