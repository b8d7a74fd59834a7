import { deepEqual } from '@periplus/api'

/** The paths at which two JSON values differ, deepest first named: `spec.containers[0].ports`. */
export const changedPaths = (path: string, next: unknown, previous: unknown): readonly string[] => {
  if (deepEqual(next, previous)) return []
  if (Array.isArray(next) && Array.isArray(previous) && next.length === previous.length)
    return next.flatMap((value, i) => changedPaths(`${path}[${i}]`, value, previous[i]))
  if (!isObject(next) || !isObject(previous)) return [path]
  const keys = new Set([...Object.keys(next), ...Object.keys(previous)])
  return [...keys].sort().flatMap(key => changedPaths(`${path}.${key}`, next[key], previous[key]))
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
