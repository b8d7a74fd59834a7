import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { builtinKinds } from '@periplus/kinds'
import { everyKind, kindName, youngest } from '@periplus/log'
import type { KindRetention, PastBounds } from '@periplus/log'
import type { Setting } from '@periplus/service'

const unset = 'none'
const mostKinds = 16
const minute = 60_000
const mostMilliseconds = 10_000_000 * minute

const times = { m: minute, h: 60 * minute, d: 24 * 60 * minute, w: 7 * 24 * 60 * minute }
const sizes = { Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 }

const builtIn = new Map(builtinKinds.map(kind => [kindName(kind), kind]))

/** By these the past of all others is read: which kinds there were, and who could see what. */
const lasting = new Set([
  'namespaces',
  'customresourcedefinitions.apiextensions.k8s.io',
  ...['roles', 'rolebindings', 'clusterroles', 'clusterrolebindings'].map(one => `${one}.rbac.authorization.k8s.io`),
])

const whyNoKind = (name: string): string | undefined => {
  if (name === everyKind) return undefined
  const stored = builtIn.get(name)?.storedAs
  if (stored) return `${name} are kept as ${kindName(stored)}`
  if (lasting.has(name)) return `${name} are kept as long as all others: the past is read by them`
  if (builtIn.has(name) || /^[a-z][a-z0-9-]{0,62}(\.[a-z0-9-]{1,63})+$/.test(name)) return undefined
  return `${JSON.stringify(name)} is no resource, such as pods, jobs.batch or widgets.example.com`
}

/** What bounds are written as, and what they may be. */
const forms: readonly {
  readonly bound: keyof PastBounds
  readonly pattern: RegExp
  readonly units: Readonly<Record<string, number>>
  readonly least: number
  readonly most: number
  readonly words: string
}[] = [
  {
    ...{ bound: 'milliseconds', pattern: /^(\d{1,6})([mhdw])$/, units: times, least: youngest, most: mostMilliseconds },
    words: `${youngest / minute} minutes and ${mostMilliseconds / minute}`,
  },
  {
    ...{ bound: 'events', pattern: /^(\d{1,10})()$/, units: { '': 1 }, least: 100, most: 1_000_000_000 },
    words: '100 events and 1000000000',
  },
  {
    ...{ bound: 'bytes', pattern: /^(\d{1,9})(Mi|Gi|Ti)$/, units: sizes, least: sizes.Mi, most: 100 * sizes.Ti },
    words: '1Mi of bytes and 100Ti',
  },
]

const readBound = (pair: string, text: string): Either<string, readonly [keyof PastBounds, number]> => {
  for (const { bound, pattern, units, least, most, words } of forms) {
    const [matched, number = '', unit = ''] = pattern.exec(text) ?? []
    if (matched === undefined) continue
    const value = Number(number) * (units[unit] ?? NaN)
    return value < least || value > most ? E.left(`${pair} is not between ${words}`) : E.right([bound, value])
  }
  return E.left(noPair(pair))
}

const noPair = (pair: string): string =>
  `${JSON.stringify(pair)} is no kind and how much of its past is kept: a time, a number of events or bytes of them, such as pods=1w or pods=1w/500000/2Gi`

const readPair = (text: string): Either<string, readonly [string, PastBounds]> => {
  const pair = text.trim()
  const [, name = '', all = ''] = /^([^=\s]+)=(\S+)$/.exec(pair) ?? []
  if (name === '') return E.left(noPair(pair))
  const why = whyNoKind(name)
  if (why !== undefined) return E.left(why)
  const read = E.sequenceArray(all.split('/').map(bound => readBound(pair, bound)))
  if (E.isLeft(read)) return read
  const bounds: PastBounds = Object.fromEntries(read.right)
  return Object.keys(bounds).length < read.right.length
    ? E.left(`${pair} says a time, a number of events, or bytes more than once`)
    : E.right([name, bounds])
}

const parse = (text: string = unset): Either<string, KindRetention> => {
  if (text === unset) return E.right(new Map())
  const read = E.sequenceArray(text.split(',').map(readPair))
  if (E.isLeft(read)) return read
  const retention: KindRetention = new Map(read.right)
  if (retention.size < read.right.length) return E.left('names a kind more than once')
  if (retention.size > mostKinds) return E.left(`names more than ${mostKinds} kinds`)
  const rest = retention.get(everyKind)?.milliseconds ?? Infinity
  const longer = read.right.find(([, { milliseconds = 0 }]) => milliseconds > rest)
  return longer
    ? E.left(`${longer[0]} would be kept longer than all others (${everyKind}), by which the past is read`)
    : E.right(retention)
}

/** The setting of how much of the past of kinds can be read. */
export const retainedKinds = (name: Setting<KindRetention>['name'], doc: string): Setting<KindRetention> => ({
  name,
  doc,
  fallback: unset,
  parse,
})
