/**
 * A message of the feed's writer, called as no other one is: nothing on the feed is synced, so that a sequence that was lost with its server comes to be
 * another message's, of another run.
 */
export interface FeedPoint {
  /** In the feed. */
  readonly at: number
  /** Of the writer, from what he found on the feed until he looks again. */
  readonly run: string
}

/** What comes before a message, so that whoever has not read just that has missed something. */
export interface FeedChain {
  /** The last message to all nodes. */
  readonly general: FeedPoint
  /** By nodes that were told something alone since then, the last such message. */
  readonly alone: ReadonlyMap<string, FeedPoint>
}

/** Before the first message to all. */
export const feedBeginning: FeedChain = { general: { at: 0, run: '-' }, alone: new Map() }

/** Both are absent, or the same message. */
export const isSamePoint = (one: FeedPoint | undefined, other: FeedPoint | undefined): boolean =>
  one?.at === other?.at && one?.run === other?.run

/** Separated by a space. */
export const pointText = ({ at, run }: FeedPoint): string => `${at} ${run}`

/** As many points as there are in a text of them; `undefined`: it is none. */
export const pointsOf = (text: string): readonly FeedPoint[] | undefined => {
  if (!/^\d{1,16} [^ ]+( \d{1,16} [^ ]+)*$/.test(text)) return undefined
  const words = text.split(' ')
  return words.flatMap((at, i) => (i % 2 === 0 ? [{ at: Number(at), run: words[i + 1] ?? '' }] : []))
}

/** By runs and nodes, how far behind the last message to all. */
type Distances = Readonly<Record<string, Readonly<Record<string, number>>>>

/** A line of JSON, without its end, of all that were told something alone. */
export const aloneText = ({ general, alone }: FeedChain): string => {
  const runs = new Map<string, Map<string, number>>()
  for (const [node, { at, run }] of alone) {
    const nodes = runs.get(run) ?? new Map<string, number>()
    runs.set(run, nodes.set(node, at - general.at))
  }
  const distances: Distances = Object.fromEntries([...runs].map(([run, nodes]) => [run, Object.fromEntries(nodes)]))
  return JSON.stringify(distances)
}

export const aloneOf = (text: string, general: FeedPoint): FeedChain['alone'] =>
  new Map(
    Object.entries(JSON.parse(text) as Distances).flatMap(([run, nodes]) =>
      Object.entries(nodes).map(([node, distance]) => [node, { at: general.at + distance, run }] as const),
    ),
  )
