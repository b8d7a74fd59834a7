import { createHash } from 'node:crypto'
import type { Sequence } from '@periplus/log'
import { eventOfValue } from './projected.ts'

/** One fact in a projection: what is stored in a row of a table. Text, or bytes as they are stored. */
export type Fact = readonly [table: string, row: string, value: string | Buffer]

/** What is counted of objects, those that are gone among them. */
const counts: ReadonlySet<string> = new Set(['applied', 'tip', 'totals', 'resources'])

/**
 * Facts without what a projection that began with the state at `since` does not know: objects that were gone by then, and what is counted
 * of them.
 */
export async function* factsSince(facts: AsyncIterable<Fact> | Iterable<Fact>, since: Sequence): AsyncGenerator<Fact> {
  // It knows all.
  if (since === 0) return yield* facts
  for await (const fact of facts) {
    const [table, row, value] = fact
    if (counts.has(table)) continue
    if (table.startsWith('sequences:') && Number(value) <= since) continue
    if (table.startsWith('gone:') && goneAt(table, row, value) <= since) continue
    yield fact
  }
}

const goneAt = (table: string, row: string, value: string | Buffer): Sequence =>
  eventOfValue(table.slice('gone:'.length), row, Buffer.from(value)).sequence

/**
 * A digest of facts that doesn't depend on their order. A fact that comes again while its table is being read (as Redis' scans
 * may give it) counts once; a fact that comes again later counts as another.
 */
export const digestOfFacts = async (facts: AsyncIterable<Fact> | Iterable<Fact>): Promise<string> => {
  const sum = Buffer.alloc(32)
  let count = 0
  let present: string | undefined
  let seen = new Set<string>()
  for await (const [table, row, value] of facts) {
    if (table !== present) {
      present = table
      seen = new Set()
    }
    if (seen.has(row)) continue
    seen.add(row)
    count++
    const digest = createHash('sha256').update(`${table}\0${row}\0`).update(value).digest()
    for (let i = 0; i < 32; i++) sum[i] = (sum[i] as number) ^ (digest[i] as number)
  }
  return createHash('sha256').update(`${count}`).update(sum).digest('hex')
}
