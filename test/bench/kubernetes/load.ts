import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** What the program `test/bench/go-client/load` says. Times in milliseconds. */
export interface LoadFigures {
  readonly milliseconds: number
  /** Of the clients. */
  readonly cpuMilliseconds: number
  readonly operations: number
  readonly p50: number
  readonly p99: number
  /** Deliveries that a watch should have had. */
  readonly lost: number
  /** Answers after which a client tried again. */
  readonly refused: number
}

const run = promisify(execFile)

/** Runs the program once. */
export const load = async (
  program: string,
  kubeconfig: string,
  ...words: readonly (string | number)[]
): Promise<LoadFigures> => {
  const { stdout, stderr } = await run(program, [kubeconfig, ...words.map(String)])
  if (stderr !== '') process.stderr.write(stderr)
  return JSON.parse(stdout) as LoadFigures
}
