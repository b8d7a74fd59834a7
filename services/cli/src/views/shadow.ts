import type { ShadowProgress } from '@periplus/cluster/roles'
import { apart, differences } from '@periplus/replay'
import type { ShadowDifference } from '@periplus/replay'
import { differenceLine } from './history.ts'

/** As far as a command says what it is about. */
interface SentCommand {
  readonly verb?: string
  readonly kind?: { readonly group?: string; readonly resource?: string }
  readonly subresource?: string
  readonly ref?: { readonly namespace?: string; readonly name?: string }
  readonly object?: {
    readonly metadata?: { readonly namespace?: string; readonly name?: string; readonly generateName?: string }
  }
}

const titleOf = (sent: unknown): string => {
  const { verb = '', kind, subresource, ref, object } = sent as SentCommand
  const { namespace = '', name } = ref ?? object?.metadata ?? {}
  const group = kind?.group ? `.${kind.group}` : ''
  const part = subresource === undefined ? '' : `/${subresource}`
  const called = name ?? `${object?.metadata?.generateName ?? ''}*`
  return `${verb} ${kind?.resource ?? ''}${group}${part} ${namespace === '' ? '' : `${namespace}/`}${called}`
}

/** Of two commands about the same, what differs in them; of others, that one has them. */
const commandLines = (one: ShadowDifference): readonly string[] => {
  const { liveOnly, shadowOnly } = apart(one)
  const left = [...shadowOnly]
  const fromLive = liveOnly.flatMap(command => {
    const title = titleOf(command)
    const twin = left.findIndex(other => titleOf(other) === title)
    if (twin < 0) return [`- ${title}`]
    const [other] = left.splice(twin, 1)
    return [`~ ${title}`, ...differences(command, other).map(difference => `    ${differenceLine(difference)}`)]
  })
  return [...fromLive, ...left.map(command => `+ ${titleOf(command)}`)]
}

const linesOf = (one: ShadowDifference): readonly string[] => {
  const { live, shadow } = one
  const lines = commandLines(one)
  if (!live) return ['the live one has not looked at it', ...lines]
  if (!shadow) return ['the shadow would not look at it', ...lines]
  const { failed: before, requeueAfter: first } = live
  const { failed: after, requeueAfter: second } = shadow
  const others = differences({ failed: before, requeueAfter: first }, { failed: after, requeueAfter: second })
  const told = [...lines, ...others.map(difference => differenceLine(difference))]
  return told.length === 0 ? ['the same commands in another order'] : told
}

const keyOf = ({ controller, key }: ShadowDifference): string =>
  `${controller} ${key.namespace === '' ? '' : `${key.namespace}/`}${key.name}`

/** What a shadow would do otherwise, by controller and key: `-` the live one alone, `+` the shadow alone, `~` both, but not alike. Pure. */
export const shadowText = (progress: ShadowProgress, found: readonly ShadowDifference[]): string => {
  const { roles, since, from, upTo, counts, notKept } = progress
  const { same, reworded, different, alone, late, missingPredecessor, unknown } = counts
  const byKey = new Map<string, ShadowDifference[]>()
  for (const one of found) {
    const ones = byKey.get(keyOf(one))
    if (ones) ones.push(one)
    else byKey.set(keyOf(one), [one])
  }
  const blocks = [...byKey].flatMap(([key, ones]) => [
    key,
    ...ones.flatMap(one => [`  at ${one.cut}`, ...linesOf(one).map(line => `    ${line}`)]),
  ])
  const left = [
    [late, 'were recorded too late'],
    [missingPredecessor, 'build on one that is not recorded'],
    [notKept, 'differences are not kept: there were too many'],
    ...Object.entries(unknown).map(([name, count]) => [count, `are of ${name}, which is not built in`] as const),
  ] as const
  return [
    ...blocks,
    `${roles.join(', ')} since ${since}, from ${from} to ${upTo}: ${same + reworded + different} decisions, of which ${different} differ and ${reworded} only in their words; ${alone} of the shadow alone`,
    ...left.filter(([count]) => count > 0).map(([count, words]) => `${count} ${words}`),
  ].join('\n')
}
