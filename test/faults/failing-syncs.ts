import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { E } from '@periplus/prelude'
import { ensureContainerPackages } from '@periplus/service'

/**
 * Has every sync of a process, and of all its threads, fail as on a disk with errors; they are told so and nothing is written. Resolves once
 * it is so; ends with the process, or when it is called. Takes root, and Debian's strace, which it installs.
 */
export const failingSyncs = async (pid: number, say: (line: string) => void): Promise<() => Promise<void>> => {
  const installed = await ensureContainerPackages(say, { strace: ['strace'] })
  if (E.isLeft(installed)) throw new Error(`syncs cannot be made to fail: ${JSON.stringify(installed.left)}`)
  const calls = 'fsync,fdatasync'
  const injected = ['-e', `trace=${calls}`, '-e', 'signal=none', '-e', `inject=${calls}:error=EIO`]
  const child = spawn('strace', ['-f', '-p', String(pid), ...injected, '-o', '/dev/null'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  const attached = new Promise<boolean>(resolve => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
      if (said.includes(`Process ${pid} attached`)) resolve(true)
    })
    child.once('exit', () => resolve(false))
  })
  if (!(await attached)) throw new Error(`syncs cannot be made to fail: ${said.trim()}`)
  return async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGINT')
    await once(child, 'exit')
  }
}
