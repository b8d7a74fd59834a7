import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Groups } from './usage.ts'

/** How far a ratio may be from one, downwards and upwards, before anything is scaled. */
export interface Tolerances {
  readonly down: number
  readonly up: number
}

export interface Proposal {
  readonly replicas: number
  /** Of a target in percent: what is used of what is asked for. */
  readonly utilization?: number
  /** Used by each pod on average, in thousandths. */
  readonly average: number
}

interface Ratio {
  readonly ratio: number
  readonly utilization?: number
  readonly average: number
}

/** The ratio of what the pods of these names use to what they should. */
type RatioOf = (used: ReadonlyMap<string, number>) => Either<string, Ratio>

/** Of a target that each pod should use so much of, in thousandths. */
export const againstAverage =
  (target: number): RatioOf =>
  used => {
    const average = Math.trunc([...used.values()].reduce((sum, value) => sum + value, 0) / used.size)
    return E.right({ ratio: average / target, average })
  }

/** Of a target in percent of what the pods ask for. */
export const againstRequests =
  (target: number, requests: ReadonlyMap<string, number>): RatioOf =>
  used => {
    let [sum, asked] = [0, 0]
    for (const [name, value] of used) {
      const request = requests.get(name)
      if (request === undefined) continue
      sum += value
      asked += request
    }
    if (asked === 0) return E.left('no metrics returned matched known pods')
    const utilization = Math.trunc((sum * 100) / asked)
    return E.right({ ratio: utilization / target, utilization, average: Math.trunc(sum / used.size) })
  }

/**
 * How many pods there should be, by Kubernetes' rules: pods without readings are taken to use what they should where there are to be
 * fewer pods, and nothing where there are to be more; pods that are not ready use nothing then. Such guesses never turn the direction.
 */
export const proposed = (
  current: number,
  { ready, unready, missing, counted }: Groups,
  ratioOf: RatioOf,
  guess: (name: string) => number,
  { down, up }: Tolerances,
): Either<string, Proposal> => {
  if (counted.size === 0) return E.left('did not receive metrics for targeted pods (pods might be unready)')
  const used = new Map([...counted].map(([name, { value }]) => [name, value]))
  const first = ratioOf(used)
  if (E.isLeft(first)) return first
  const { ratio, utilization, average } = first.right
  const answer = (replicas: number): Either<string, Proposal> =>
    E.right({ replicas, average, ...(utilization === undefined ? {} : { utilization }) })
  const isWithin = (one: number): boolean => 1 - down <= one && one <= 1 + up
  const growsWithUnready = unready.length > 0 && ratio > 1
  if (!growsWithUnready && missing.length === 0) return answer(isWithin(ratio) ? current : Math.ceil(ratio * ready))

  if (ratio !== 1) for (const name of missing) used.set(name, ratio < 1 ? guess(name) : 0)
  if (growsWithUnready) for (const name of unready) used.set(name, 0)
  const second = ratioOf(used)
  if (E.isLeft(second)) return second
  const next = second.right.ratio
  if (isWithin(next) || (ratio < 1 && next > 1) || (ratio > 1 && next < 1)) return answer(current)
  const replicas = Math.ceil(next * used.size)
  return answer((next < 1 && replicas > current) || (next > 1 && replicas < current) ? current : replicas)
}
