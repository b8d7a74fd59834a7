import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { E, messageOf } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'

const run = promisify(execFile)

/** What a program of the machine says; refused with its complaint. */
export const runForText = async (
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<Either<string, string>> => {
  try {
    return E.right((await run(command, args, { env })).stdout)
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : ''
    return E.left(said || messageOf(error))
  }
}

/** Runs a program of the machine for what it does. */
export const runTool = async (command: string, args: readonly string[]): Promise<Either<string, void>> =>
  E.map(() => undefined)(await runForText(command, args))
