import { spawn } from 'node:child_process'
import type { ChildProcessByStdio } from 'node:child_process'
import type { Socket } from 'node:net'
import type { Readable, Writable } from 'node:stream'
import { toolEnvironment } from '../run-tool.ts'
import type { ToolRun } from '../run-tool.ts'

/** `nft` as a program that stays. One transaction at a time. */
export interface NftSession {
  /** As `nft -f -` does it; `undefined`: such a program cannot be had, or ended meanwhile, and whether anything was done is not known. */
  run(commands: string): Promise<ToolRun | undefined>
  close(): void
}

/** It remembers its lines for as long as it runs, though nobody will ask for them. */
const linesOfOne = 1_000

type Nft = ChildProcessByStdio<Writable, null, Readable>

/**
 * A program that ends waits until the kernel has put away what its transaction replaced, half of the time that a small change takes; one
 * that stays does not. It says nothing of a line that it has done. But it complains of the next one, which is no command of nft's.
 */
export const nftSession = ([program = 'nft', ...args]: readonly string[]): NftSession => {
  let running: Nft | undefined
  let lines = 0

  const start = (): Nft => {
    // Without a home it keeps no history of its lines.
    const env = { ...toolEnvironment, HOME: '/dev/null' }
    const child = spawn(program, [...args, '-i'], { env, stdio: ['pipe', 'ignore', 'pipe'] })
    const gone = (): void => {
      if (running === child) running = undefined
    }
    child.once('error', gone).once('close', gone)
    child.stdin.on('error', gone)
    hold(child, false)
    running = child
    return child
  }

  const close = (): void => {
    running?.stdin.end()
    running = undefined
  }

  return {
    run: commands =>
      new Promise(resolve => {
        const child = running ?? start()
        const mark = `through-${++lines}`
        const complaint = new RegExp(`(?:^|\\n)Error: [^\\n]*\\n${mark}\\n *\\^+\\s*$`)
        let said = ''
        const done = (ran: ToolRun | undefined): void => {
          child.stderr.off('data', hear)
          child.off('error', lost).off('close', lost)
          hold(child, false)
          if (lines % linesOfOne === 0) close()
          resolve(ran)
        }
        const hear = (chunk: Buffer): void => {
          said += String(chunk)
          const end = said.search(complaint)
          if (end < 0) return
          const stderr = said.slice(0, end)
          done({ code: stderr.includes('Error: ') ? 1 : 0, stdout: '', stderr })
        }
        const lost = (): void => done(undefined)
        hold(child, true)
        child.stderr.on('data', hear)
        child.once('error', lost).once('close', lost)
        child.stdin.write(`${commands.trim().replaceAll('\n', '; ')}\n${mark}\n`)
      }),
    close,
  }
}

/** Whether this process lives on for the sake of that one. */
const hold = (child: Nft, held: boolean): void => {
  for (const part of [child, child.stdin as Socket, child.stderr as Socket]) {
    if (held) part.ref()
    else part.unref()
  }
}
