import { attack } from './requests/campaign.ts'
import type { Campaign } from './requests/campaign.ts'

/**
 * Requests that mean no good to an API server, for `MINUTES`, from `SEED` on: so many to each server, whose memory is looked at then,
 * and the next one is attacked.
 */
const milliseconds = Number(process.env['MINUTES'] ?? 1) * 60_000
const perServer = 20_000
const megabytes = (bytes: number): number => Math.round(bytes / 1e6)

const statuses = new Map<number, number>()
let [requests, complaints, seed] = [0, 0, Number(process.env['SEED'] ?? 1)]
let longest: Pick<Campaign, 'longestStallSeconds' | 'during'> = { longestStallSeconds: 0, during: '' }
const heaps: string[] = []
const begun = performance.now()
const mayGoOn = (): boolean => performance.now() < begun + milliseconds

while (mayGoOn()) {
  const campaign = await attack(seed++, sent => sent < perServer && mayGoOn())
  requests += campaign.requests
  complaints += campaign.complaints.length
  for (const complaint of campaign.complaints.slice(0, 100)) console.error(complaint)
  for (const [status, count] of campaign.statuses) statuses.set(status, (statuses.get(status) ?? 0) + count)
  if (campaign.longestStallSeconds > longest.longestStallSeconds) longest = campaign
  heaps.push(`${megabytes(campaign.heapBytesBefore)} -> ${megabytes(campaign.heapBytesAfter)}`)
}
if (complaints > 0) process.exitCode = 1
console.log(
  `requests: ${requests} in ${Math.round((performance.now() - begun) / 1000)} s, ${complaints} complaints, ` +
    `${[...statuses]
      .sort()
      .map(([status, count]) => `${count} x ${status}`)
      .join(', ')}; ` +
    `the loop worked without a turn for ${Math.round(longest.longestStallSeconds * 1000)} ms at most (${longest.during.slice(0, 200)}); ` +
    `heap with the log in it, MB: ${heaps.join(', ')}`,
)
