// Runs every test, in parts of which two run beside each other: those of the packages, and those that start whole clusters, which mostly
// wait. What the tests of one of the two say is shown as it comes, what the others say when they are over. At the end come the tests that
// failed, each in a line; the last line reads "N passed, N failed".
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { setTimeout as after } from 'node:timers/promises'

const mocha = createRequire(import.meta.url).resolve('mocha/bin/mocha.js')
const beside = ['architecture', 'conformance', 'oracle', 'simulation'].map(name => `test/${name}/**/*.test.ts`)
const ofUse = ['custom', 'e2e'].map(name => `test/${name}/**/*.test.ts`)
const ofFaults = ['faults', 'hosts'].map(name => `test/${name}/**/*.test.ts`)
/** In the order in which they are begun, which is that of their length. */
const parts = [
  ['use', ofUse],
  ['packages', ['libs/*/test/**/*.test.ts', 'services/*/test/**/*.test.ts', ...beside]],
  ['faults', ofFaults],
  ['others', ['test/**/*.test.ts', ...[...beside, ...ofUse, ...ofFaults].flatMap(pattern => ['--ignore', pattern])]],
]

const directory = mkdtempSync(join(tmpdir(), 'periplus-tests-'))
const children = []

const leaveMilliseconds = 10_000

const readOrNothing = path => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** The processes that tests with this file of counts have started, and that run still: their ids, and what they are. */
const startedBy = counts =>
  readdirSync('/proc')
    .filter(entry => /^[0-9]+$/.test(entry))
    .filter(id => readOrNothing(`/proc/${id}/environ`).split('\0').includes(`TEST_COUNTS=${counts}`))
    .map(id => ({ id: Number(id), command: readOrNothing(`/proc/${id}/cmdline`).replaceAll('\0', ' ').trim() }))

/** Ends what keeps the output of tests that are over; gives the faults that this is. */
const endWhatStays = counts => {
  const left = startedBy(counts)
  for (const { id } of left) process.kill(id, 'SIGKILL')
  return left.length
    ? left.map(({ command }) => `the tests left a process behind: ${command}`)
    : ['the tests left a process behind that keeps their output, and does not have their environment']
}

/** Gives what came of it; a run that ended without a word of that has failed, and so has one that left what keeps its output. */
const run = async (name, patterns, output) => {
  const counts = join(directory, `${name}.json`)
  const child = spawn(process.execPath, [mocha, '--reporter', 'test/reporter.mjs', ...patterns], {
    env: { ...process.env, TEST_COUNTS: counts },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  for (const stream of [child.stdout, child.stderr]) stream.pipe(output, { end: false })
  const closed = once(child, 'close')
  const [code, signal] = await once(child, 'exit')
  const left = (await Promise.race([closed, after(leaveMilliseconds, undefined, { ref: false })]))
    ? []
    : endWhatStays(counts)
  for (const stream of [child.stdout, child.stderr]) stream.destroy()
  if (existsSync(counts)) {
    const { passes, failures, failed } = JSON.parse(readFileSync(counts, 'utf8'))
    return { code: code || left.length, passes, failures: failures + left.length, failed: [...failed, ...left] }
  }
  const silence = `the tests of ${name} ended with ${signal ?? code} and said nothing of what came of them`
  return { code: 1, passes: 0, failures: 1, failed: [silence] }
}

for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => children.forEach(child => child.kill(signal)))

/** Runs one part after the other that nobody has begun. */
const runParts = async runPart => {
  const found = []
  for (let part = parts.shift(); part; part = parts.shift()) found.push(await runPart(...part))
  return found
}

const runAndShow = (name, patterns) => run(name, patterns, process.stdout)

const runThenShow = async (name, patterns) => {
  const kept = join(directory, `${name}.txt`)
  const output = createWriteStream(kept)
  const found = await run(name, patterns, output)
  await new Promise(resolve => output.end(resolve))
  await pipeline(createReadStream(kept), process.stdout, { end: false })
  return found
}

const found = (await Promise.all([runParts(runAndShow), runParts(runThenShow)])).flat()
rmSync(directory, { recursive: true })
for (const line of found.flatMap(({ failed }) => failed)) console.log(`failed: ${line}`)
const sum = of => found.reduce((total, one) => total + one[of], 0)
console.log(`${sum('passes')} passed, ${sum('failures')} failed`)
process.exitCode = found.some(({ code }) => code !== 0) ? 1 : 0
