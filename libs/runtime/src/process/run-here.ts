import { spawn } from 'node:child_process'
import type { ExecResult } from '../container-runtime.ts'

/** Runs a program of this machine to its end, in no container; 127 when it does not exist. */
export const runHere = (
  program: string,
  args: readonly string[],
  { input, directory }: { readonly input?: Buffer; readonly directory?: string } = {},
): Promise<ExecResult> =>
  new Promise(resolve => {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], cwd: directory })
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    child.stdout.on('data', chunk => stdout.push(chunk))
    child.stderr.on('data', chunk => stderr.push(chunk))
    const end = (exitCode: number) =>
      resolve({ exitCode, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr) })
    child.on('error', error => {
      stderr.push(Buffer.from(error.message))
      end(127)
    })
    child.on('close', code => end(code ?? 128))
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
  })
