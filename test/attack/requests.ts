import { attack } from './requests/campaign.ts'

/** Requests that mean no good to an API server, for `MINUTES`, from `SEED` on. */
const milliseconds = Number(process.env['MINUTES'] ?? 1) * 60_000
let begun: number | undefined
const campaign = await attack(
  Number(process.env['SEED'] ?? 1),
  () => performance.now() < (begun ??= performance.now()) + milliseconds,
)
const megabytes = (bytes: number): number => Math.round(bytes / 1e6)

for (const complaint of campaign.complaints.slice(0, 100)) console.error(complaint)
if (campaign.complaints.length > 0) process.exitCode = 1
console.log(
  `requests: ${campaign.requests}, ${campaign.complaints.length} complaints, ` +
    `${[...campaign.statuses]
      .sort()
      .map(([status, count]) => `${count} x ${status}`)
      .join(', ')}; ` +
    `the loop stood still for ${Math.round(campaign.longestStallSeconds * 1000)} ms at most (${campaign.during.slice(0, 200)}); ` +
    `heap ${megabytes(campaign.heapBytesBefore)} -> ${megabytes(campaign.heapBytesAfter)} MB`,
)
