// Runs every test, in two processes beside each other: those of the packages, and those that start whole clusters, which mostly wait.
// What the clusters' tests say is shown as it comes, what the others say when they are over. At the end come the tests that failed, each
// in a line; the last line reads "N passed, N failed".
import { spawn } from 'node:child_process'
import { createReadStream, createWriteStream, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'

const mocha = createRequire(import.meta.url).resolve('mocha/bin/mocha.js')
const beside = ['architecture', 'conformance', 'oracle', 'simulation'].map(name => `test/${name}/**/*.test.ts`)
const parts = {
  packages: ['libs/*/test/**/*.test.ts', 'services/*/test/**/*.test.ts', ...beside],
  clusters: ['test/**/*.test.ts', ...beside.flatMap(pattern => ['--ignore', pattern])],
}

const directory = mkdtempSync(join(tmpdir(), 'periplus-tests-'))
const children = []

/** Gives what came of it; a run that ended without a word of that has failed. */
const run = async (name, patterns, output) => {
  const counts = join(directory, `${name}.json`)
  const child = spawn(process.execPath, [mocha, '--reporter', 'test/reporter.mjs', ...patterns], {
    env: { ...process.env, TEST_COUNTS: counts },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  for (const stream of [child.stdout, child.stderr]) stream.pipe(output, { end: false })
  const [code, signal] = await new Promise(resolve => child.on('close', (...ended) => resolve(ended)))
  if (existsSync(counts)) return { code, ...JSON.parse(readFileSync(counts, 'utf8')) }
  const silence = `the tests of ${name} ended with ${signal ?? code} and said nothing of what came of them`
  return { code: 1, passes: 0, failures: 1, failed: [silence] }
}

for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => children.forEach(child => child.kill(signal)))

const kept = join(directory, 'packages.txt')
const output = createWriteStream(kept)
const packages = run('packages', parts.packages, output).then(async found => {
  await new Promise(resolve => output.end(resolve))
  return found
})
const clusters = run('clusters', parts.clusters, process.stdout)
const found = await Promise.all([packages, clusters])
await pipeline(createReadStream(kept), process.stdout, { end: false })
rmSync(directory, { recursive: true })
for (const line of found.flatMap(({ failed }) => failed)) console.log(`failed: ${line}`)
const sum = of => found.reduce((total, one) => total + one[of], 0)
console.log(`${sum('passes')} passed, ${sum('failures')} failed`)
process.exitCode = found.some(({ code }) => code !== 0) ? 1 : 0
