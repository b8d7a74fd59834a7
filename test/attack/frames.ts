import { attackFrames } from './frames/campaign.ts'

/** Clients of HTTP/2 that mean no good to an API server, for `MINUTES`, from `SEED` on. */
const seed = Number(process.env['SEED'] ?? 1)
const begun = performance.now()
const end = begun + Number(process.env['MINUTES'] ?? 1) * 60_000
const found = await attackFrames(seed, () => performance.now() < end)
const megabytes = (bytes: number): number => Math.round(bytes / 1e6)
for (const complaint of found.complaints) console.error(complaint)
console.log(
  `frames: ${found.connections} connections from seed ${seed} on in ${Math.round((performance.now() - begun) / 1000)} s, ` +
    `${megabytes(found.heardBytes)} MB heard; ` +
    `the loop worked without a turn for ${found.longestStall.toFixed(0)} ms of CPU at most; ` +
    `heap, MB: ${megabytes(found.heapBytesBefore)} -> ${megabytes(found.heapBytesAfter)}; ${found.complaints.length} complaints`,
)
if (found.complaints.length > 0) process.exitCode = 1
