import { parseDuration, parseQuantity, wholeValue } from '@periplus/api'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { wholeNumber } from '@periplus/service'
import type { Setting, SettingsOf } from '@periplus/service'
import { CannotGoOn } from './say.ts'

/** What a node watches, by the kubelet's names. */
const signals = [
  'memory.available',
  'nodefs.available',
  'nodefs.inodesFree',
  'imagefs.available',
  'imagefs.inodesFree',
] as const

type EvictionSignal = (typeof signals)[number]

/** A share of what there is, or so many bytes or inodes. */
type EvictionThreshold = { readonly share: number } | { readonly most: number }

type Thresholds = ReadonlyMap<EvictionSignal, EvictionThreshold>

/** What a node agent is told; the usual holds where nothing is said of hard thresholds. */
export interface NodeEviction {
  readonly hard?: Thresholds
  readonly soft: ReadonlyMap<EvictionSignal, EvictionThreshold & { readonly graceMilliseconds: number }>
  readonly minimumReclaim: Thresholds
  readonly maxPodGraceSeconds: number
  readonly transitionMilliseconds: number
}

const isSignal = (word: string): word is EvictionSignal => signals.some(signal => signal === word)

/** Pairs of a signal and what is said of it, such as `memory.available<100Mi,nodefs.available<10%`. */
const pairs = <A>(
  text: string,
  sign: '<' | '=',
  read: (value: string) => Either<string, A>,
): Either<string, ReadonlyMap<EvictionSignal, A>> => {
  const found = new Map<EvictionSignal, A>()
  for (const part of text.split(',').map(one => one.trim())) {
    if (part === '') continue
    const [signal = '', value = '', ...rest] = part.split(sign).map(one => one.trim())
    if (value === '' || rest.length > 0) return E.left(`must be pairs such as memory.available${sign}..., with commas`)
    if (!isSignal(signal)) return E.left(`${JSON.stringify(signal)} is none of ${signals.join(', ')}`)
    if (found.has(signal)) return E.left(`names ${signal} more than once`)
    const one = read(value)
    if (E.isLeft(one)) return E.left(`${signal}: ${one.left}`)
    found.set(signal, one.right)
  }
  return E.right(found)
}

const amount = (text: string): Either<string, EvictionThreshold> => {
  if (text.endsWith('%')) {
    const share = /^\d{1,3}(\.\d{1,3})?%$/.test(text) ? Number(text.slice(0, -1)) / 100 : NaN
    return share > 0 && share <= 1 ? E.right({ share }) : E.left('must be more than 0% and no more than 100%')
  }
  const quantity = parseQuantity(text)
  const most = E.isRight(quantity) ? Number(wholeValue(quantity.right)) : 0
  return most > 0 ? E.right({ most }) : E.left('must be a quantity above 0, such as 100Mi, or a share, such as 10%')
}

const seconds = (text: string): Either<string, number> => {
  const duration = parseDuration(text)
  if (E.isLeft(duration)) return duration
  return duration.right > 0 && duration.right <= 86_400_000
    ? E.right(duration.right)
    : E.left('must be more than nothing, and a day at most')
}

/** A setting that is amounts of what a node watches. `sign` stands between the two. */
export const thresholds = (name: Setting<Thresholds>['name'], doc: string, sign: '<' | '='): Setting<Thresholds> => ({
  name,
  doc,
  fallback: '',
  parse: (text = '') => pairs(text, sign, amount),
})

/** The same, where unset means something else than `none`. */
export const thresholdsOr = (
  name: Setting<Thresholds | undefined>['name'],
  doc: string,
  fallback: string,
): Setting<Thresholds | undefined> => ({
  name,
  doc,
  fallback,
  parse: text =>
    text === undefined ? E.right(undefined) : text === 'none' ? E.right(new Map()) : pairs(text, '<', amount),
})

/** A setting that is durations, as Go writes them, of what a node watches; in milliseconds. */
export const durations = (
  name: Setting<ReadonlyMap<EvictionSignal, number>>['name'],
  doc: string,
): Setting<ReadonlyMap<EvictionSignal, number>> => ({
  name,
  doc,
  fallback: '',
  parse: (text = '') => pairs(text, '=', seconds),
})

/** The variables of these settings. */
export const evictionSettings = {
  evictionHard: thresholdsOr(
    'PERIPLUS_EVICTION_HARD',
    'below how much of memory and disk the node ends pods at once: `memory.available<100Mi,nodefs.available<10%` and the like, with commas; `none`: never',
    'a tenth and the like, of large disks less',
  ),
  evictionSoft: thresholds(
    'PERIPLUS_EVICTION_SOFT',
    'below how much it does so when that lasts, likewise; pods have time to end',
    '<',
  ),
  evictionSoftGracePeriod: durations(
    'PERIPLUS_EVICTION_SOFT_GRACE_PERIOD',
    'how long it must last, for each of these: `memory.available=1m30s` and the like',
  ),
  evictionMaxPodGracePeriodSeconds: wholeNumber(
    'PERIPLUS_EVICTION_MAX_POD_GRACE_PERIOD_SECONDS',
    'what a pod then has to end, or its own grace period where that is shorter',
    { least: 0, most: 86_400 },
    0,
  ),
  evictionMinimumReclaim: thresholds(
    'PERIPLUS_EVICTION_MINIMUM_RECLAIM',
    'how much more than a threshold must be there before a node that ended pods is content: `nodefs.available=500Mi` and the like',
    '=',
  ),
  evictionPressureTransitionPeriodSeconds: wholeNumber(
    'PERIPLUS_EVICTION_PRESSURE_TRANSITION_PERIOD_SECONDS',
    'how long pressure is told after it was last seen',
    { least: 1, most: 86_400 },
    300,
  ),
} as const

/** The kubelet's settings, of nearly these names. */
export type EvictionSettings = SettingsOf<typeof evictionSettings>

/** What a node does by such settings. Refused, as the kubelet refuses it, where a soft threshold has no grace period. */
export const evictionPolicyOf = (settings: EvictionSettings): Either<string, NodeEviction> => {
  const soft = new Map<EvictionSignal, EvictionThreshold & { readonly graceMilliseconds: number }>()
  for (const [signal, threshold] of settings.evictionSoft) {
    const graceMilliseconds = settings.evictionSoftGracePeriod.get(signal)
    if (graceMilliseconds === undefined)
      return E.left(`grace period must be specified for the soft eviction threshold ${signal}`)
    soft.set(signal, { ...threshold, graceMilliseconds })
  }
  return E.right({
    ...(settings.evictionHard === undefined ? {} : { hard: settings.evictionHard }),
    soft,
    minimumReclaim: settings.evictionMinimumReclaim,
    maxPodGraceSeconds: settings.evictionMaxPodGracePeriodSeconds,
    transitionMilliseconds: settings.evictionPressureTransitionPeriodSeconds * 1000,
  })
}

/** The same for whoever starts: nothing does with settings that contradict each other. */
export const evictionPolicy = (settings: EvictionSettings): NodeEviction => {
  const policy = evictionPolicyOf(settings)
  if (E.isLeft(policy)) throw new CannotGoOn(`invalid configuration: ${policy.left}`)
  return policy.right
}
