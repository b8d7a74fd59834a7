import { liveAtTheLimits } from './extreme/scenario.ts'

/** All controllers and the scheduler over objects at the limits of the API, for `MINUTES`, from `SEED` on. */
const end = performance.now() + Number(process.env['MINUTES'] ?? 1) * 60_000
let seed = Number(process.env['SEED'] ?? 1)
let [written, refused, decisions, scenarios] = [0, 0, 0, 0]

while (performance.now() < end) {
  const found = await liveAtTheLimits(seed++)
  scenarios++
  written += found.written
  refused += found.refused
  decisions += found.decisions
  for (const complaint of found.complaints) {
    console.error(complaint)
    process.exitCode = 1
  }
}
console.log(
  `controllers: ${scenarios} clusters, ${written} extreme objects written (${refused} refused), ${decisions} decisions`,
)
