import { milliValue, quantityOf, wholeValue } from '@periplus/api'
import { podTotal } from '@periplus/kinds'
import type { Amounting, Container, Pod } from '@periplus/kinds'

/** Amounts by resource name: cpu in thousandths of a core, all else in whole units (bytes, devices). */
export type Amounts = ReadonlyMap<string, number>

export interface Requests {
  /** What is asked for, exactly; filters go by it. */
  readonly exact: Amounts
  /** The same, with a little for containers that ask for nothing, so that they spread too; scores go by it. */
  readonly assumed: Amounts
}

/** What a container that doesn't say is taken to use: a tenth of a core and 200 MB. */
const assumption: ReadonlyMap<string, number> = new Map([
  ['cpu', 100],
  ['memory', 200 * 1024 * 1024],
])

const nothing: ReadonlyMap<string, number> = new Map()

/** Quantities are few and come again with every pod, so each is read once. */
const readOnce = (read: (quantity: string) => number): ((quantity: string) => number) => {
  const known = new Map<string, number>()
  return quantity => {
    const found = known.get(quantity)
    if (found !== undefined) return found
    if (known.size > 10_000) known.clear()
    const amount = read(quantity)
    known.set(quantity, amount)
    return amount
  }
}
const milli = readOnce(quantity => Number(milliValue(quantityOf(quantity))))
const whole = readOnce(quantity => Number(wholeValue(quantityOf(quantity))))

/** An amount as a number: exact up to 2^53, which is 8 PiB. */
export const amountOf = (resource: string, quantity: string): number =>
  resource === 'cpu' ? milli(quantity) : whole(quantity)

export const amountsOf = (quantities: Readonly<Record<string, string>> | undefined): Map<string, number> => {
  const amounts = new Map<string, number>()
  for (const name in quantities) amounts.set(name, amountOf(name, quantities[name] ?? '0'))
  return amounts
}

export const add = (to: Map<string, number>, amounts: Amounts): void => {
  for (const [name, amount] of amounts) to.set(name, (to.get(name) ?? 0) + amount)
}

export const plus = (a: Amounts, b: Amounts): Amounts => {
  const sum = new Map(a)
  add(sum, b)
  return sum
}

const most = (a: Amounts, b: Amounts): Amounts => {
  const larger = new Map(a)
  for (const [name, amount] of b) if (amount > (larger.get(name) ?? 0)) larger.set(name, amount)
  return larger
}

/** A limit without a request is a request. */
const askedBy = ({ resources }: Container, assumed: Amounts): Map<string, number> => {
  const asked = amountsOf(resources?.limits)
  for (const [name, amount] of amountsOf(resources?.requests)) asked.set(name, amount)
  for (const [name, amount] of assumed) if (!asked.has(name)) asked.set(name, amount)
  return asked
}

const numbers: Amounting<Amounts> = { none: nothing, plus, most }

/** What a pod needs at once, with the overhead of its sandbox. Amounts asked for the pod as a whole replace the sum. */
const total = ({ spec }: Pod, assumed: Amounts): Amounts => {
  const sum = new Map(podTotal(spec, numbers, container => askedBy(container, assumed)))
  for (const [name, amount] of amountsOf(spec?.resources?.requests)) sum.set(name, amount)
  add(sum, amountsOf(spec?.overhead))
  return sum
}

/** By object: a pod that has not changed is not counted again. */
const known = new WeakMap<Pod, Requests>()

export const requestsOf = (pod: Pod): Requests => {
  const remembered = known.get(pod)
  if (remembered) return remembered
  const requests = { exact: total(pod, nothing), assumed: total(pod, assumption) }
  known.set(pod, requests)
  return requests
}
