import { spawn } from 'node:child_process'

export interface ToolRun {
  /** 127 when the program does not exist. */
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Administration programs live in `sbin`, which a person's PATH may lack. */
const path = `${process.env['PATH'] ?? ''}:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin`

/** What such programs see of this process's environment. */
export const toolEnvironment = { PATH: path, LC_ALL: 'C.UTF-8' } as const

/** Runs a program to its end, without a shell; never throws. */
export const runTool = (program: string, args: readonly string[], input = ''): Promise<ToolRun> =>
  new Promise(resolve => {
    const child = spawn(program, args, { env: toolEnvironment, stdio: ['pipe', 'pipe', 'pipe'] })
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
    const text = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString('utf8')
    child.on('error', error => resolve({ code: 127, stdout: '', stderr: error.message }))
    child.on('close', code => resolve({ code: code ?? 128, stdout: text(stdout), stderr: text(stderr) }))
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
  })
