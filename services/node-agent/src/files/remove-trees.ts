import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { runTool } from './run-tool.ts'
import { mountPoints } from '../volumes/mounting.ts'

/**
 * Removes directories with all that is in them, however deep and however much that is: by coreutils' `rm`, which holds each
 * directory open and follows no link. Refused while something is mounted below: that is somebody else's.
 */
export const removeTrees = async (paths: readonly string[]): Promise<Either<string, void>> => {
  const points = await mountPoints()
  const mounted = points.find(point => paths.some(path => point === path || point.startsWith(`${path}/`)))
  if (mounted !== undefined) return E.left(`${mounted} is still mounted`)
  return runTool('rm', ['--recursive', '--force', '--one-file-system', '--', ...paths])
}
