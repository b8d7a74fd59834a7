import { openSync, readSync } from 'node:fs'

const processCpu = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/**
 * Milliseconds of CPU that the calling thread has had, from a clock of Linux' scheduler (`/proc/thread-self/schedstat`); elsewhere those of the
 * whole process, in which collections and compilations of other threads count too.
 */
export const threadCpu = (): (() => number) => {
  const text = Buffer.alloc(64)
  let file: number
  try {
    file = openSync('/proc/thread-self/schedstat', 'r')
  } catch {
    return processCpu
  }
  return () => {
    const length = readSync(file, text, 0, text.length, 0)
    return Number(text.toString('latin1', 0, length).split(' ')[0]) / 1e6
  }
}
