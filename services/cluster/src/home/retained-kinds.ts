import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { builtinKinds } from '@periplus/kinds'
import { everyKind, kindName, youngest } from '@periplus/log'
import type { KindRetention } from '@periplus/log'
import type { Setting } from '@periplus/service'

const unset = 'none'
const mostKinds = 16
const mostMilliseconds = 10_000_000 * 60_000

const units: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 }

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

const readPair = (pair: string): Either<string, readonly [string, number]> => {
  const [, name = '', number = '', unit = ''] = /^([^=\s]+)=(\d{1,6})([mhdw])$/.exec(pair.trim()) ?? []
  if (name === '') return E.left(`${JSON.stringify(pair)} is no kind and a time, such as pods=1w`)
  const why = whyNoKind(name)
  if (why !== undefined) return E.left(why)
  const milliseconds = Number(number) * (units[unit] ?? NaN)
  if (milliseconds < youngest || milliseconds > mostMilliseconds)
    return E.left(`${pair.trim()} is not between ${youngest / 60_000} minutes and ${mostMilliseconds / 60_000}`)
  return E.right([name, milliseconds])
}

const parse = (text: string = unset): Either<string, KindRetention> => {
  if (text === unset) return E.right(new Map())
  const pairs = text.split(',').map(readPair)
  const wrong = pairs.find(E.isLeft)
  if (wrong) return wrong
  const read = pairs.flatMap(pair => (E.isRight(pair) ? [pair.right] : []))
  const retention = new Map(read)
  if (retention.size < read.length) return E.left('names a kind more than once')
  if (retention.size > mostKinds) return E.left(`names more than ${mostKinds} kinds`)
  const rest = retention.get(everyKind) ?? Infinity
  const longer = read.find(([, milliseconds]) => milliseconds > rest)
  return longer
    ? E.left(`${longer[0]} would be kept longer than all others (${everyKind}), by which the past is read`)
    : E.right(retention)
}

/** The setting of how long the past of kinds can be read. */
export const retainedKinds = (name: Setting<KindRetention>['name'], doc: string): Setting<KindRetention> => ({
  name,
  doc,
  fallback: unset,
  parse,
})
