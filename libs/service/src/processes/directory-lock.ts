import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** Held until it is let go, or until the calling process ends, however it ends. */
export interface HeldLock {
  release(): Promise<void>
}

/**
 * The lock on a directory (flock(2)), of which one process at a time has one; `undefined` where somebody else has it. It needs no
 * file, so a full disk doesn't stop it, and nothing is left of it after a kill: a small program holds it for as long as its
 * standard input is open. Throws where there is no flock(1), which is part of every Debian.
 */
export const holdLock = async (directory: string): Promise<HeldLock | undefined> => {
  const holder = spawn('flock', ['--nonblock', '--no-fork', directory, 'cat'], {
    cwd: '/',
    env: { PATH: process.env['PATH'] },
    stdio: ['pipe', 'pipe', 'ignore'],
    // Not ended by the interrupt that a person sends to this process: what it does in order is done under the lock.
    detached: true,
  })
  holder.stdin.on('error', () => undefined)
  const ended = new Promise<Error | undefined>(resolve => {
    holder.once('error', resolve)
    holder.once('exit', () => resolve(undefined))
  })
  holder.stdin.write('held')
  const held = await Promise.race([once(holder.stdout, 'data').then(() => true), ended])
  if (held instanceof Error) throw new Error(`flock (of util-linux) cannot be run: ${held.message}`)
  if (held !== true) return undefined
  return {
    release: async () => {
      holder.stdin.end()
      await ended
    },
  }
}
