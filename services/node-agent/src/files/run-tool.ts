import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { E, messageOf } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'

const run = promisify(execFile)

/** Runs a program of the machine; refused with what it said. */
export const runTool = async (command: string, args: readonly string[]): Promise<Either<string, void>> => {
  try {
    await run(command, args)
    return E.right(undefined)
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : ''
    return E.left(said || messageOf(error))
  }
}
