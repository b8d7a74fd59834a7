// A thread beside the tests, which ends them where nothing turns any more: in a loop that lets nothing else run, no timeout of mocha's
// comes. It says at which test, and where the loop is.
import { once } from 'node:events'
import { readFileSync, writeFileSync, writeSync } from 'node:fs'
import { Session } from 'node:inspector'
import { setTimeout as after } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'

const framesTold = 12
const standstillMilliseconds = 120_000
const pauseMilliseconds = 10_000
const stderr = 2

/** The innermost calls of the tests' thread, `function (file)` each; none where it is in code that is not JavaScript. */
const callsOfTests = async () => {
  const session = new Session()
  session.connectToMainThread()
  const places = new Map()
  session.on('Debugger.scriptParsed', ({ params }) => places.set(params.scriptId, params.url))
  session.post('Debugger.enable')
  const paused = once(session, 'Debugger.paused').then(([{ params }]) => params.callFrames)
  session.post('Debugger.pause')
  const frames = await Promise.race([paused, after(pauseMilliseconds, [])])
  return frames
    .slice(0, framesTold)
    .map(({ functionName, location }) => `${functionName || '(anonymous)'} (${places.get(location.scriptId)})`)
}

/**
 * Milliseconds in which the tests' thread could have run, and others had the processor: on a busy machine, what takes a while takes minutes. 0 where
 * the kernel does not count.
 */
const outrun = () => {
  try {
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'latin1').split(' ')[1]) / 1e6 || 0
  } catch {
    return 0
  }
}

/** Milliseconds, but for those. */
const now = () => performance.now() - outrun()

let progress = { passes: 0, failures: 0, failed: [], at: 'the loading of the tests' }
let heard = now()

const end = async () => {
  const { passes, failures, failed, at } = progress
  const fault = `${at}: nothing else has run for ${standstillMilliseconds / 1000} s`
  if (workerData.counts)
    writeFileSync(workerData.counts, JSON.stringify({ passes, failures: failures + 1, failed: [...failed, fault] }))
  const calls = await callsOfTests()
  writeSync(stderr, [`${fault}; the tests are ended in`, ...calls, ''].join('\n  '))
  process.kill(process.pid, 'SIGKILL')
}

const watching = setInterval(() => {
  if (now() - heard < standstillMilliseconds) return
  clearInterval(watching)
  void end()
}, 1000)

parentPort.on('message', said => {
  heard = now()
  progress = said ?? progress
})
