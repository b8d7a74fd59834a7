/** Runs the programs of this folder one after the other, each in a process of its own, bundled as the product is. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
/** As deep below the root as this folder is, because programs find the checkout by where they are. */
const bundled = 'dist/bench'
const helpers = new Set(['main.ts', 'measure.ts', 'api-client.ts', 'processes.ts'])
/** Programs that others start. */
const parts = new Set(['replay-of.ts', 'feed-side.ts', 'node-feed-side.ts', 'dns-side.ts'])
const wanted = process.argv.slice(2)

const programs = readdirSync(join(root, 'test/bench')).filter(name => name.endsWith('.ts') && !helpers.has(name))
execFileSync(process.execPath, ['deploy/build.mjs', bundled, ...programs.map(name => `test/bench/${name}`)], {
  cwd: root,
  stdio: 'inherit',
})
for (const program of programs) {
  if (parts.has(program) || (wanted.length > 0 && !wanted.includes(program))) continue
  console.log(`\n${program} (load average ${loadavg()[0]?.toFixed(1)})`)
  const file = join(root, bundled, program.replace(/\.ts$/, '.js'))
  const child = spawn(process.execPath, ['--enable-source-maps', file], { cwd: root, stdio: 'inherit' })
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) {
    console.error(`${program} ended with ${code}`)
    process.exitCode = 1
  }
}
