import { isRunning } from './process-identity.ts'
import type { ProcessIdentity } from './process-identity.ts'

const lookEvery = 20

/** Sends a signal to this very process; nothing happens where it has ended. */
export const signal = (process_: ProcessIdentity, name: NodeJS.Signals): void => {
  if (!isRunning(process_)) return
  try {
    process.kill(process_.pid, name)
  } catch (error) {
    // It has just ended, which is what was wanted.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** Waits until none of them runs; false when some still do after `milliseconds`. For processes that aren't our children. */
export const gone = async (waitedFor: readonly ProcessIdentity[], milliseconds: number): Promise<boolean> => {
  for (const end = performance.now() + milliseconds; waitedFor.some(isRunning);) {
    if (performance.now() > end) return false
    await new Promise(resolve => setTimeout(resolve, lookEvery))
  }
  return true
}

/** SIGTERM, and SIGKILL after `patience` milliseconds; resolves when it has ended. */
export const endProcess = async (process_: ProcessIdentity, patience = 10_000): Promise<void> => {
  signal(process_, 'SIGTERM')
  if (await gone([process_], patience)) return
  signal(process_, 'SIGKILL')
  await gone([process_], patience)
}
