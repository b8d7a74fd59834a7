/** One place where two JSON values differ; `undefined` on the side where it is absent. */
export interface Difference {
  /** Path such as `spec.containers[web].image`; `''` for the whole value. Keys with dots are quoted in brackets. */
  readonly path: string
  readonly before: unknown
  readonly after: unknown
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const member = (path: string, key: string): string => {
  if (!/^[\w-]+$/.test(key)) return `${path}[${JSON.stringify(key)}]`
  return path === '' ? key : `${path}.${key}`
}

type Named = ReadonlyMap<string, unknown>

/** The elements of a list by what each is called; `undefined` where some have no name of their own. */
const byName = (list: readonly unknown[], key: string): Named | undefined => {
  const named = new Map(list.flatMap(element => nameIn(element, key).map(name => [name, element] as const)))
  return named.size === list.length ? named : undefined
}

const nameIn = (element: unknown, key: string): readonly string[] => {
  const name = isObject(element) ? element[key] : undefined
  return typeof name === 'string' ? [name] : []
}

const sameOrder = (before: Named, after: Named): boolean => {
  const kept = [...after.keys()].filter(name => before.has(name))
  return [...before.keys()].filter(name => after.has(name)).every((name, index) => name === kept[index])
}

/**
 * Elements of lists are compared with those of the same name, or type, wherever they stand, as conditions change places with
 * every write. The order of containers, environment and the like means something: where it changed, places are compared.
 */
const alike = (before: readonly unknown[], after: readonly unknown[]): readonly [Named, Named] | undefined => {
  if (before.length === 0 || after.length === 0) return undefined
  for (const key of ['type', 'name']) {
    const [left, right] = [byName(before, key), byName(after, key)]
    if (left && right && (key === 'type' || sameOrder(left, right))) return [left, right]
  }
  return undefined
}

/**
 * Where two JSON values differ, in the order of the first one's keys, then of what the second one adds. Elements of lists are
 * named by place (`args[0]`), or by what they are called: `conditions[Ready].status`, `containers[web].image`.
 */
export const differences = (before: unknown, after: unknown, path = ''): readonly Difference[] => {
  if (Object.is(before, after)) return []
  if (isObject(before) && isObject(after))
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap(key =>
      differences(before[key], after[key], member(path, key)),
    )
  if (Array.isArray(before) && Array.isArray(after)) {
    const named = alike(before, after)
    if (named)
      return [...new Set(named.flatMap(side => [...side.keys()]))].flatMap(name =>
        differences(named[0].get(name), named[1].get(name), `${path}[${name}]`),
      )
    return Array.from({ length: Math.max(before.length, after.length) }, (_, index) =>
      differences(before[index], after[index], `${path}[${index}]`),
    ).flat()
  }
  return [{ path, before, after }]
}
