import type { PolicyRule } from '@periplus/kinds'

/** Every combination of a group, a resource, a name and a verb, or of a path and a verb; `undefined` stands for all names. */
export type Missing =
  | {
      readonly tag: 'Resource'
      readonly groups: readonly string[]
      readonly resources: readonly string[]
      readonly names: readonly (string | undefined)[]
      readonly verbs: readonly string[]
    }
  | { readonly tag: 'NonResource'; readonly urls: readonly string[]; readonly verbs: readonly string[] }

/**
 * What `wanted` grants and `held` doesn't. A rule is a product of lists, and so is what is missing of it: values that the same
 * held rules allow are looked at as one, so that the combinations are never written out. Where rules are so entangled that this
 * takes more than `patience` steps, what has not been shown to be held is missing.
 */
export const uncovered = (
  held: readonly PolicyRule[],
  wanted: readonly PolicyRule[],
  patience = 300_000,
): readonly Missing[] => {
  const budget = { steps: patience }
  const all = new Set(held.keys())
  const groups = allowing(held, rule => rule.apiGroups)
  const verbs = allowing(held, rule => rule.verbs)
  const resources = subresourcesToo(allowing(held, rule => rule.resources))
  const names = allowingNames(held)
  const urls = allowingPaths(held)
  return wanted.flatMap(rule => {
    const wantedNames: readonly Value[] = rule.resourceNames?.length ? rule.resourceNames : [undefined]
    const byResource = split(
      [
        { values: distinct(rule.apiGroups), allowing: groups },
        { values: distinct(rule.resources), allowing: resources },
        { values: distinct(wantedNames), allowing: names },
        { values: distinct(rule.verbs), allowing: verbs },
      ],
      all,
      budget,
    )
    const byPath = split(
      [
        { values: distinct(rule.nonResourceURLs), allowing: urls },
        { values: distinct(rule.verbs), allowing: verbs },
      ],
      all,
      budget,
    )
    return [...byResource.map(resourceBox), ...byPath.map(pathBox)]
  })
}

type Value = string | undefined
type Box = readonly (readonly Value[])[]

/** Which of the held rules, by index, allow a value of one of a rule's lists. */
interface Allowing {
  readonly always: ReadonlySet<number>
  readonly naming: (value: Value) => readonly number[]
}

interface Side {
  readonly values: readonly Value[]
  readonly allowing: Allowing
}

const distinct = <A>(values: readonly A[] = []): readonly A[] => [...new Set(values)]
const defined = (values: readonly Value[] = []): readonly string[] => values.filter(value => value !== undefined)

const resourceBox = ([groups, resources, names = [], verbs]: Box): Missing => ({
  tag: 'Resource',
  groups: defined(groups),
  resources: defined(resources),
  names,
  verbs: defined(verbs),
})

const pathBox = ([urls, verbs]: Box): Missing => ({ tag: 'NonResource', urls: defined(urls), verbs: defined(verbs) })

/** The parts of the product of `sides` that no rule of `active` allows. */
const split = (sides: readonly Side[], active: ReadonlySet<number>, budget: { steps: number }): readonly Box[] => {
  const [side, ...others] = sides
  if (!side) return active.size > 0 ? [] : [[]]
  if (sides.some(({ values }) => values.length === 0)) return []
  if (active.size === 0 || budget.steps <= 0) return [sides.map(({ values }) => values)]
  const always = [...side.allowing.always].filter(index => active.has(index))
  const alike = new Map<string, { readonly values: Value[]; readonly rules: readonly number[] }>()
  budget.steps -= active.size
  for (const value of side.values) {
    const rules = side.allowing.naming(value)
    budget.steps -= 1 + rules.length
    const concerned = rules.filter(index => active.has(index))
    const key = concerned.join()
    const known = alike.get(key)
    if (known) known.values.push(value)
    else alike.set(key, { values: [value], rules: concerned })
  }
  return [...alike.values()].flatMap(({ values, rules }) =>
    split(others, new Set([...always, ...rules]), budget).map(box => [values, ...box]),
  )
}

const allowing = (
  held: readonly PolicyRule[],
  list: (rule: PolicyRule) => readonly string[] | undefined,
  isForAll = (values: readonly string[]): boolean => values.includes('*'),
): Allowing => {
  const always = new Set<number>()
  const naming = new Map<Value, number[]>()
  held.forEach((rule, index) => {
    const values = list(rule) ?? []
    if (isForAll(values)) return void always.add(index)
    for (const value of new Set(values)) add(naming, value, index)
  })
  return { always, naming: value => naming.get(value) ?? [] }
}

const add = <K>(index: Map<K, number[]>, key: K, rule: number): void => {
  const known = index.get(key)
  if (known) known.push(rule)
  else index.set(key, [rule])
}

/** A rule without names is about all of them; one with names covers no rule without, and `*` is a name like others. */
const allowingNames = (held: readonly PolicyRule[]): Allowing =>
  allowing(
    held,
    rule => rule.resourceNames,
    names => names.length === 0,
  )

/** Whoever holds `*` of a subresource holds it of every resource. */
const subresourcesToo = ({ always, naming }: Allowing): Allowing => ({
  always,
  naming: (value = '') => {
    const slash = value.indexOf('/')
    const general = slash < 0 ? value : `*${value.slice(slash)}`
    return general === value ? naming(value) : distinct([...naming(value), ...naming(general)])
  },
})

/** A path is looked up by itself and by those of its beginnings that are as long as some pattern's. */
const allowingPaths = (held: readonly PolicyRule[]): Allowing => {
  const exact = new Map<string, number[]>()
  const beginnings = new Map<string, number[]>()
  held.forEach(({ nonResourceURLs = [] }, index) => {
    for (const pattern of new Set(nonResourceURLs)) {
      add(exact, pattern, index)
      if (pattern.endsWith('*')) add(beginnings, pattern.slice(0, -1), index)
    }
  })
  const lengths = distinct([...beginnings.keys()].map(beginning => beginning.length))
  return {
    always: new Set(),
    naming: (path = '') => {
      const begun = lengths
        .filter(length => length <= path.length)
        .flatMap(length => beginnings.get(path.slice(0, length)) ?? [])
      return distinct([...(exact.get(path) ?? []), ...begun])
    },
  }
}
