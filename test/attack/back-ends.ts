import { attackProxy } from './back-ends/campaign.ts'

/** Servers behind the proxy of the API server that mean no good, for `MINUTES`, from `SEED` on. */
const seed = Number(process.env['SEED'] ?? 1)
const begun = performance.now()
const end = begun + Number(process.env['MINUTES'] ?? 1) * 60_000
const found = await attackProxy(seed, () => performance.now() < end)
const megabytes = (bytes: number): number => Math.round(bytes / 1e6)
for (const complaint of found.complaints) console.error(complaint)
console.log(
  `back ends: ${found.asked} answers from seed ${seed} on in ${Math.round((performance.now() - begun) / 1000)} s, ` +
    `${[...found.statuses].map(([status, count]) => `${count} x ${status}`).join(', ')}; ` +
    `the loop of all ends worked without a turn for ${found.longestStall.toFixed(0)} ms of CPU at most (${found.during}); ` +
    `heap, MB: ${megabytes(found.heapBytesBefore)} -> ${megabytes(found.heapBytesAfter)}; ${found.complaints.length} complaints`,
)
if (found.complaints.length > 0) process.exitCode = 1
