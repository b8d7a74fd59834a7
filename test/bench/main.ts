/** Runs the programs of this folder one after the other, each in a process of its own. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('.', import.meta.url))
const helpers = new Set(['main.ts', 'measure.ts', 'api-client.ts', 'processes.ts'])

for (const program of readdirSync(folder).filter(name => name.endsWith('.ts') && !helpers.has(name))) {
  console.log(`\n${program} (load average ${loadavg()[0]?.toFixed(1)})`)
  const child = spawn(process.execPath, ['--import', 'tsx', folder + program], { stdio: 'inherit' })
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) {
    console.error(`${program} ended with ${code}`)
    process.exitCode = 1
  }
}
