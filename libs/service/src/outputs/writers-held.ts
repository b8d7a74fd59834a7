import { readFileSync, readdirSync, readlinkSync, realpathSync } from 'node:fs'

/** Who has not stopped by then waits for the disk, or for a processor, and is not writing. In milliseconds. */
const stopWithin = 250

const sleeper = new Int32Array(new SharedArrayBuffer(4))

const tried = <A>(read: () => A): A | undefined => {
  try {
    return read()
  } catch {
    return undefined // it has ended meanwhile, or is somebody else's
  }
}

/** Those whose standard output or standard error is this file, but for this process, which does nothing else meanwhile. */
const writersOf = (path: string): readonly number[] =>
  readdirSync('/proc')
    .map(Number)
    .filter(pid => pid > 0 && pid !== process.pid)
    .filter(pid => [1, 2].some(fd => tried(() => readlinkSync(`/proc/${pid}/fd/${fd}`)) === path))

const stateOf = (task: string): string =>
  tried(() => readFileSync(`${task}/stat`, 'latin1'))
    ?.split(') ')
    .at(-1)
    ?.charAt(0) ?? 'X'

/** Whether no thread of it runs: a signal to stop reaches each when it next would. */
const isStill = (pid: number): boolean =>
  (tried(() => readdirSync(`/proc/${pid}/task`)) ?? []).every(task =>
    'TtZX'.includes(stateOf(`/proc/${pid}/task/${task}`)),
  )

/**
 * Does something at once, for microseconds, while no other process writes to an output of theirs: they are stopped (SIGSTOP) and go on
 * afterwards. Linux has no other way to take something off a file to which others append, on every file system.
 */
export const withWritersHeld = <A>(path: string, work: () => A): A => {
  const stopped = writersOf(realpathSync(path)).filter(
    pid => !isStill(pid) && tried(() => process.kill(pid, 'SIGSTOP')) === true,
  )
  try {
    for (let left = stopWithin; left > 0 && !stopped.every(isStill); left--) Atomics.wait(sleeper, 0, 0, 1)
    return work()
  } finally {
    for (const pid of stopped) tried(() => process.kill(pid, 'SIGCONT'))
  }
}
