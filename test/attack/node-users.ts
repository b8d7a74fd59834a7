import { attackGateway } from './node-users/gateway.ts'

/**
 * Commands of a node that means no good, over NATS as its own user, for `MINUTES`, from `SEED` on: each is answered, and nothing but the
 * node's own is written.
 */
const first = Number(process.env['SEED'] ?? 1)
const begun = performance.now()
const end = begun + Number(process.env['MINUTES'] ?? 1) * 60_000
const { asked, answers, longestStall, stalls, complaints } = await attackGateway(first, () => performance.now() < end)
for (const complaint of complaints) console.error(complaint)
for (const { milliseconds, aloneMilliseconds, by } of stalls)
  console.log(`stall of ${milliseconds.toFixed(0)} ms CPU, of which ${aloneMilliseconds.toFixed(0)} alone: ${by}`)
console.log(
  `node users: ${asked} commands from seed ${first} on in ${Math.round((performance.now() - begun) / 1000)} s, ` +
    `${[...answers].map(([tag, count]) => `${count} ${tag}`).join(', ')}; ` +
    `the loop of both ends worked without a turn for ${longestStall.toFixed(0)} ms of CPU at most; ${complaints.length} complaints`,
)
if (complaints.length > 0) process.exitCode = 1
