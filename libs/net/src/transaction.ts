import type { Chain, Held, NamedSet, Ruleset } from './ruleset.ts'

/** Elements in one command: a line has to stay of a size that people and tools can handle. */
const elementsALine = 500

/**
 * The commands that turn what a table holds into what it should hold, and nothing else: what stays the same is not named. The
 * kernel takes them all at once or none. `''` where there is nothing to do.
 *
 * The order is that of references: names first, then contents, and what goes is named by nothing when it goes.
 */
export const transactionOf = (table: string, before: Held, after: Ruleset): string => {
  const t = `ip ${table}`
  const changedChains = [...after.chains].filter(([name, chain]) => !sameChain(before.chains.get(name), chain))
  const goneChains = [...before.chains.keys()].filter(name => !after.chains.has(name))
  const goneSets = [...before.sets.keys()].filter(name => !after.sets.has(name))
  // Of what only the name is known, the kernel says whether it is of the same type.
  const newSets = [...after.sets].filter(([name]) => before.sets.get(name) === undefined)
  const elements = [...after.sets].map(([name, set]) => ({ name, ...elementChanges(before, name, set) }))

  const commands = [
    ...newSets.map(([name, { kind, type, options = '' }]) => `add ${kind} ${t} ${name} { type ${type}; ${options} }`),
    ...changedChains
      .filter(([name]) => !before.chains.has(name))
      .map(([name, { hook }]) => `add chain ${t} ${name}${hook === undefined ? '' : ` { ${hook} }`}`),
    ...[...changedChains.map(([name]) => name).filter(name => before.chains.has(name)), ...goneChains].map(
      name => `flush chain ${t} ${name}`,
    ),
    ...elements.flatMap(({ name, kind, flush, gone }) => [
      ...(flush ? [`flush ${kind} ${t} ${name}`] : []),
      ...inLines(gone).map(some => `delete element ${t} ${name} { ${some} }`),
    ]),
    ...changedChains.flatMap(([name, { rules }]) => rules.map(rule => `add rule ${t} ${name} ${rule}`)),
    ...elements.flatMap(({ name, come }) => inLines(come).map(some => `add element ${t} ${name} { ${some} }`)),
    ...goneChains.map(name => `delete chain ${t} ${name}`),
    ...goneSets.map(name => `delete set ${t} ${name}`),
  ]
  return commands.length === 0 ? '' : `add table ${t}\n${commands.join('\n')}\n`
}

/** All of a table anew, whatever it was. */
export const replacementOf = (table: string, after: Ruleset): string =>
  `add table ip ${table}\ndelete table ip ${table}\n${transactionOf(table, { chains: new Map(), sets: new Map() }, after)}`

const sameChain = (one: Chain | undefined, other: Chain): boolean =>
  one === other ||
  (one !== undefined &&
    one.rules.length === other.rules.length &&
    one.rules.every((rule, i) => rule === other.rules[i]))

interface ElementChanges {
  readonly kind: NamedSet['kind']
  readonly flush: boolean
  readonly gone: readonly string[]
  readonly come: readonly string[]
}

const elementChanges = (before: Held, name: string, { kind, elements }: NamedSet): ElementChanges => {
  const was = before.sets.get(name)
  const unknown = before.sets.has(name) && was === undefined
  if (elements === undefined || was?.elements === elements) return { kind, flush: false, gone: [], come: [] }
  const held = was?.elements ?? new Map<string, string>()
  return {
    kind,
    flush: unknown,
    gone: [...held].filter(([key, value]) => elements.get(key) !== value).map(([key]) => key),
    come: [...elements]
      .filter(([key, value]) => held.get(key) !== value)
      .map(([key, value]) => (value === '' ? key : `${key} : ${value}`)),
  }
}

const inLines = (elements: readonly string[]): readonly string[] => {
  const lines: string[] = []
  for (let i = 0; i < elements.length; i += elementsALine) lines.push(elements.slice(i, i + elementsALine).join(', '))
  return lines
}
