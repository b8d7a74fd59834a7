import { attack } from './requests/campaign.ts'
import type { Campaign } from './requests/campaign.ts'
import { grownBetween } from './requests/heap.ts'

/**
 * Requests that mean no good to an API server, for `MINUTES`, from `SEED` on: so many to each server, whose memory is looked at then,
 * and the next one is attacked.
 */
const milliseconds = Number(process.env['MINUTES'] ?? 1) * 60_000
const perServer = Number(process.env['PER_SERVER'] ?? 100_000)
/** To paths that this matches. */
const only = new RegExp(process.env['ONLY'] ?? '')
const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1)

const figuresOf = (campaigns: readonly Campaign[]): string => {
  const sum = (of: (campaign: Campaign) => number): number => campaigns.reduce((all, one) => all + of(one), 0)
  const each = (of: (campaign: Campaign) => string): string => campaigns.map(of).join(', ')
  const requests = sum(one => one.requests)
  const statuses = new Map<number, number>()
  for (const campaign of campaigns)
    for (const [status, count] of campaign.statuses) statuses.set(status, (statuses.get(status) ?? 0) + count)
  return [
    `${requests} requests`,
    `${sum(({ complaints }) => complaints.length)} complaints`,
    [...statuses]
      .sort()
      .map(([status, count]) => `${count} x ${status}`)
      .join(', '),
    `the loop worked without a turn for ${Math.max(...campaigns.map(one => one.longestStall)).toFixed(0)} ms of CPU at most, ` +
      `more than 50 ${sum(({ stalled }) => stalled)} times`,
    `ms of CPU a request: ${(sum(one => one.serverCpu * one.requests) / requests).toFixed(2)} of the server, ` +
      `${(sum(one => one.clientCpu * one.requests) / requests).toFixed(2)} of the client`,
    `${sum(({ compared }) => compared)} objects compared with the log, ${sum(({ listed }) => listed)} of them in lists`,
    `heap without the log, MB: ${each(one => `${megabytes(one.heapBytesBefore)} -> ${megabytes(one.heapBytesAfter)}`)}`,
    `bytes that it grows by with a request: ${each(({ growth }) => (growth ? `${growth.perRequest.toFixed(1)} ± ${growth.error.toFixed(1)}` : '?'))}`,
  ].join('; ')
}

const campaigns: Campaign[] = []
const begun = performance.now()
const mayGoOn = (): boolean => performance.now() < begun + milliseconds
const first = Number(process.env['SEED'] ?? 1)

for (let seed = first; mayGoOn(); seed++) {
  const campaign = await attack(seed, sent => sent < perServer && mayGoOn(), only)
  campaigns.push(campaign)
  for (const complaint of campaign.complaints) console.error(complaint)
  console.log(`seed ${seed}: ${figuresOf([campaign])}`)
  for (const { requests, heapBytes, stateBytes } of campaign.looks)
    console.log(`  after ${requests}: ${megabytes(heapBytes)} MB, ${Math.round(stateBytes / 1000)} KB of objects`)
  for (const [at, later] of campaign.heaps.entries())
    for (const line of at === 0 ? [] : grownBetween(campaign.heaps[at - 1] ?? '', later))
      console.log(`  ${at}: ${line}`)
}

const stalls = campaigns.flatMap(campaign => campaign.stalls).sort((a, b) => b.aloneMilliseconds - a.aloneMilliseconds)
for (const { milliseconds: together, aloneMilliseconds: alone, by } of stalls.slice(0, 12))
  console.log(`stall of ${together.toFixed(0)} ms CPU, of which ${alone.toFixed(0)} alone: ${by}`)
if (campaigns.some(({ complaints }) => complaints.length > 0)) process.exitCode = 1
const seconds = Math.round((performance.now() - begun) / 1000)
console.log(`requests: from seed ${first} on in ${seconds} s: ${figuresOf(campaigns)}`)
