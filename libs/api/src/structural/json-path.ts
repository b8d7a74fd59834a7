import { deepEqual } from '../json/equal.ts'
import { isRecord } from '../json/json-value.ts'

/** A path into an object, as printer columns write it: `.spec.replicas`, `.status.conditions[?(@.type=="Ready")].status`. */
export interface JsonPath {
  /** Everything that the path leads to, in the object's order. */
  find(object: unknown): readonly unknown[]
}

type Step = (value: unknown) => readonly unknown[]

const member =
  (name: string): Step =>
  value =>
    isRecord(value) && Object.hasOwn(value, name) ? [value[name]] : []

const all: Step = value => (Array.isArray(value) ? value : isRecord(value) ? Object.values(value) : [])

const element =
  (position: number): Step =>
  value =>
    Array.isArray(value) ? [value.at(position)].filter(one => one !== undefined) : []

const walk = (steps: readonly Step[], object: unknown): readonly unknown[] =>
  steps.reduce<readonly unknown[]>((values, step) => values.flatMap(value => step(value)), [object])

const where =
  (steps: readonly Step[], equal: boolean, wanted: unknown): Step =>
  value =>
    Array.isArray(value)
      ? value.filter(one => {
          const found = walk(steps, one)
          return found.length > 0 && deepEqual(found[0], wanted) === equal
        })
      : []

const exists =
  (steps: readonly Step[]): Step =>
  value =>
    Array.isArray(value) ? value.filter(one => walk(steps, one).length > 0) : []

const dotted = /^\.?((?:[\w$-]|\\.)+)/
const bracketed = /^\[(?:(\*)|(-?\d+)|'([^']*)'|"([^"]*)")\]/
const filtered = /^\[\?\(@((?:\.(?:[\w$-]|\\.)+)*)\s*\)\]/
const compared = /^\[\?\(@((?:\.(?:[\w$-]|\\.)+)*)\s*(==|!=)\s*("[^"]*"|'[^']*'|-?\d+(?:\.\d+)?|true|false)\s*\)\]/

const literal = (text: string): unknown =>
  text.startsWith("'") || text.startsWith('"') ? text.slice(1, -1) : (JSON.parse(text) as unknown)

const stepAt = (text: string): { readonly step: Step; readonly length: number } | undefined => {
  if (text.startsWith('.*')) return { step: all, length: 2 }
  const bracket = bracketed.exec(text)
  if (bracket) {
    const [{ length }, star, position, single, double] = bracket
    const step = star ? all : position === undefined ? member(single ?? double ?? '') : element(Number(position))
    return { step, length }
  }
  const filter = filtered.exec(text) ?? compared.exec(text)
  if (filter) {
    const [{ length }, path = '', operator, value] = filter
    const steps = path === '' ? [] : stepsOf(path)
    if (!steps) return undefined
    return { step: value === undefined ? exists(steps) : where(steps, operator === '==', literal(value)), length }
  }
  const name = dotted.exec(text)
  return name ? { step: member((name[1] ?? '').replace(/\\(.)/g, '$1')), length: name[0].length } : undefined
}

const stepsOf = (text: string): readonly Step[] | undefined => {
  const steps: Step[] = []
  for (let rest = text; rest !== '';) {
    const found = stepAt(rest)
    if (!found) return undefined
    steps.push(found.step)
    rest = rest.slice(found.length)
  }
  return steps
}

/** `undefined` for what is no such path, or one that is not understood here (slices, unions, recursive descent). */
export const jsonPath = (text: string): JsonPath | undefined => {
  if (!/^[.[]/.test(text) || text.includes('..') || text.length > 1_000) return undefined
  const steps = stepsOf(text)
  return steps && { find: object => walk(steps, object) }
}
