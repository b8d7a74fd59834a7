import { createHash } from 'node:crypto'

/** One fact in a projection: what is stored in a row of a table. Text, or bytes as they are stored. */
export type Fact = readonly [table: string, row: string, value: string | Buffer]

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
