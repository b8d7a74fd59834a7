import { attackLinks } from './links/campaign.ts'

/** Clients of exec and port-forward that mean no good, for `MINUTES`, from `SEED` on. */
const seed = Number(process.env['SEED'] ?? 1)
const begun = performance.now()
const end = begun + Number(process.env['MINUTES'] ?? 1) * 60_000
const found = await attackLinks(seed, () => performance.now() < end)
const megabytes = (bytes: number): number => Math.round(bytes / 1e6)
for (const complaint of found.complaints) console.error(complaint)
console.log(
  `links: ${found.links} clients from seed ${seed} on in ${Math.round((performance.now() - begun) / 1000)} s, ${found.upgraded} upgraded; ` +
    `the loop of all ends worked without a turn for ${found.longestStall.toFixed(0)} ms of CPU at most; ` +
    `heap, MB: ${megabytes(found.heapBytesBefore)} -> ${megabytes(found.heapBytesAfter)}; ${found.complaints.length} complaints`,
)
if (found.complaints.length > 0) process.exitCode = 1
