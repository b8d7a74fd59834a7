import { writeSync } from 'node:fs'
import { workerData } from 'node:worker_threads'
import { logger } from '../logger.ts'
import { sharedWords } from './shared-words.ts'
import type { Watched } from './watchdog.ts'

const { component, shared, everyMilliseconds, tellAfterMilliseconds, endAfterMilliseconds } = workerData as Watched
const { words, text } = sharedWords(shared)

// A thread's own standard error goes through the loop that stands still.
const log = logger(component, { write: line => void writeSync(2, line) })

let seen = -1
let silentMilliseconds = 0
let told = false

// Its own ticks are counted, not the clock: whoever stops the process stops both.
setInterval(() => {
  const beat = Atomics.load(words, 0)
  if (beat !== seen) {
    if (told) log.warn('the event loop goes on', { stoodMilliseconds: silentMilliseconds })
    seen = beat
    silentMilliseconds = 0
    told = false
    return
  }
  silentMilliseconds += everyMilliseconds
  const doing = text.toString('utf8', 0, words[1])
  if (!told && silentMilliseconds >= tellAfterMilliseconds) {
    told = true
    log.error('the event loop stands still', { doing })
  }
  if (silentMilliseconds < endAfterMilliseconds) return
  log.error('the event loop stood still for too long: the process ends', {
    doing,
    stoodMilliseconds: silentMilliseconds,
  })
  process.kill(process.pid, 'SIGKILL')
}, everyMilliseconds)
