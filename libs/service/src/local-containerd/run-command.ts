import { spawn } from 'node:child_process'

export interface Ran {
  /** 127 when the program does not exist. */
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Administration programs live in `sbin`, which a person's PATH may lack. */
export const administrationPath = `${process.env['PATH'] ?? ''}:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin`

/** Runs a program to its end without a shell and without input; never throws. */
export const runCommand = (
  program: string,
  args: readonly string[],
  options: { readonly env?: Readonly<Record<string, string>>; readonly input?: string } = {},
): Promise<Ran> =>
  new Promise(resolve => {
    const child = spawn(program, args, {
      env: { ...process.env, PATH: administrationPath, LC_ALL: 'C.UTF-8', ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', chunk => (stdout += chunk))
    child.stderr.setEncoding('utf8').on('data', chunk => (stderr += chunk))
    child.on('error', error => resolve({ code: 127, stdout, stderr: error.message }))
    child.on('close', code => resolve({ code: code ?? 128, stdout, stderr }))
    child.stdin.on('error', () => undefined)
    child.stdin.end(options.input ?? '')
  })
