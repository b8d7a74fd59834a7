import { liveThroughBatches } from './extreme/batches.ts'

/** All controllers and the scheduler over hundreds of objects at the limits of the API at a time, for `MINUTES`, from `SEED` on. */
const [batches, size, deeds] = [Number(process.env['BATCHES'] ?? 2), Number(process.env['SIZE'] ?? 600), 16]
const end = performance.now() + Number(process.env['MINUTES'] ?? 1) * 60_000
const first = Number(process.env['SEED'] ?? 1)
let [seed, written, refused, decisions, witnesses, complaints] = [first, 0, 0, 0, 0, 0]
const worst: string[] = []

do {
  const found = await liveThroughBatches(seed++, batches, size, deeds)
  written += found.written
  refused += found.refused
  decisions += found.decisions
  witnesses += found.witnesses
  worst.push(found.worstDecision)
  complaints += found.complaints.length
  for (const complaint of found.complaints) console.error(complaint.slice(0, 2000))
} while (performance.now() < end)
if (complaints > 0) process.exitCode = 1
const { user, system } = process.cpuUsage()
console.log(
  [
    `batches: ${seed - first} clusters of ${batches} batches from seed ${first} on`,
    `${written} extreme objects written (${refused} refused)`,
    `${decisions} decisions, the longest ${worst.sort((a, b) => parseFloat(b) - parseFloat(a))[0]}`,
    `${witnesses} witnesses, ${complaints} complaints`,
    `${((user + system) / 1000 / written).toFixed(1)} ms of CPU an object`,
  ].join('; '),
)
