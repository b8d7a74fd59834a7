import { isIPv4 } from 'node:net'
import { isAbsolute } from 'node:path'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'

/** One `PERIPLUS_*` variable: where its value comes from, what it means and what is allowed. */
export interface Setting<A> {
  readonly name: `PERIPLUS_${string}`
  /** One line for the README's table. */
  readonly doc: string
  /** What holds when the variable is unset, in words or as a value. */
  readonly fallback: string
  readonly parse: (text: string | undefined) => Either<string, A>
}

/** A setting that is text. */
export const text = (name: Setting<string>['name'], doc: string, fallback: string): Setting<string> => ({
  name,
  doc,
  fallback,
  parse: value => E.right(value ?? fallback),
})

const headerName = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/

/** A setting that is one or several names of HTTP headers, with commas. */
export const headerNames = (
  name: Setting<readonly string[]>['name'],
  doc: string,
  fallback: string,
): Setting<readonly string[]> => ({
  name,
  doc,
  fallback,
  parse: value => {
    const names = (value ?? fallback).split(',').map(one => one.trim())
    const wrong = names.find(one => !headerName.test(one))
    return wrong === undefined ? E.right(names) : E.left(`${JSON.stringify(wrong)} is no name of a header`)
  },
})

/** A setting that is a file or directory, named from the root: processes have other working directories than whoever starts them. */
export const absolutePath = (name: Setting<string | undefined>['name'], doc: string): Setting<string | undefined> => ({
  name,
  doc,
  fallback: '',
  parse: value =>
    value === undefined || isAbsolute(value) ? E.right(value) : E.left('must be a path that begins with /'),
})

/** A setting that is a port; 0 is a free one. */
export const port = (name: Setting<number>['name'], doc: string, fallback: number): Setting<number> => ({
  name,
  doc,
  fallback: fallback === 0 ? 'a free port' : String(fallback),
  parse: value => {
    if (value === undefined) return E.right(fallback)
    const number = /^\d{1,5}$/.test(value) ? Number(value) : NaN
    return number >= 1 && number <= 65535 ? E.right(number) : E.left('must be a port, 1 to 65535')
  },
})

/** A setting that is a whole number. */
export const wholeNumber = (
  name: Setting<number>['name'],
  doc: string,
  { least, most }: { readonly least: number; readonly most: number },
  fallback: number,
): Setting<number> => ({
  name,
  doc,
  fallback: String(fallback),
  parse: value => {
    if (value === undefined) return E.right(fallback)
    const number = /^\d{1,9}$/.test(value) ? Number(value) : NaN
    return number >= least && number <= most ? E.right(number) : E.left(`must be a whole number, ${least} to ${most}`)
  },
})

/** A setting that is one of several words. */
export const choice = <A extends string>(
  name: Setting<A>['name'],
  doc: string,
  choices: readonly A[],
  fallback: A,
): Setting<A> => ({
  name,
  doc: `${doc} (${choices.join(', ')})`,
  fallback,
  parse: value => {
    const found = choices.find(one => one === (value ?? fallback))
    return found === undefined ? E.left(`must be one of ${choices.join(', ')}`) : E.right(found)
  },
})

/** A setting that is a URL of one of some protocols; unset, the process brings its own server. */
export const url = (
  name: Setting<string | undefined>['name'],
  doc: string,
  fallback: string,
  protocols: readonly string[],
): Setting<string | undefined> => ({
  name,
  doc,
  fallback,
  parse: value => {
    if (value === undefined) return E.right(undefined)
    const protocol = URL.canParse(value) ? new URL(value).protocol : ''
    return protocols.includes(protocol)
      ? E.right(value)
      : E.left(`must be a URL that begins with ${protocols.map(p => `${p}//`).join(' or ')}`)
  },
})

/** A network such as `10.1.2.0/24`: what a machine's pods fit into, and no address of a host. */
export const ipv4Network = (
  name: Setting<string | undefined>['name'],
  doc: string,
  fallback: string,
): Setting<string | undefined> => ({
  name,
  doc,
  fallback,
  parse: value => {
    if (value === undefined) return E.right(undefined)
    const [, address = '', length = ''] = /^([\d.]+)\/([1-9]\d?)$/.exec(value) ?? []
    const bits = Number(length)
    if (!isIPv4(address) || bits < 8 || bits > 29)
      return E.left('must be an IPv4 network from /8 to /29, such as 10.1.2.0/24')
    const number = Buffer.from(address.split('.').map(Number)).readUInt32BE()
    return number % 2 ** (32 - bits) === 0 ? E.right(value) : E.left('must be the network, not an address in it')
  },
})

/** An address of this machine, such as 192.0.2.7. */
export const ipv4Address = (
  name: Setting<string | undefined>['name'],
  doc: string,
  fallback: string,
): Setting<string | undefined> => ({
  name,
  doc,
  fallback,
  parse: value => (value === undefined || isIPv4(value) ? E.right(value) : E.left('must be an IPv4 address')),
})

/** A node's name: a DNS subdomain (RFC 1123), short enough for the label that repeats it. `fallback` says where it comes from. */
export const nodeName = (name: Setting<string>['name'], doc: string, fallback: string): Setting<string> => ({
  name,
  doc,
  fallback,
  parse: value =>
    value === undefined ||
    (value.length <= 63 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(value))
      ? E.right(value ?? fallback)
      : E.left("must be at most 63 lower case letters, digits, '-' and '.', and begin and end with a letter or digit"),
})

/** The values of settings, by name. */
export type SettingsOf<T> = { readonly [K in keyof T]: T[K] extends Setting<infer A> ? A : never }

/**
 * Reads all settings at once. A bad value, or a `PERIPLUS_*` variable that nobody knows (a misspelling), is a line of the
 * answer's left side; an empty variable counts as unset.
 */
export const readSettings = <T extends Readonly<Record<string, Setting<unknown>>>>(
  table: T,
  environment: Readonly<Record<string, string | undefined>>,
): Either<readonly string[], SettingsOf<T>> => {
  const problems: string[] = []
  const values: Record<string, unknown> = {}
  for (const [key, setting] of Object.entries(table)) {
    const parsed = setting.parse(environment[setting.name] || undefined)
    if (E.isLeft(parsed)) problems.push(`${setting.name}=${environment[setting.name]}: ${parsed.left}`)
    else values[key] = parsed.right
  }
  const known = new Set<string>(Object.values(table).map(setting => setting.name))
  for (const name of Object.keys(environment))
    if (name.startsWith('PERIPLUS_') && !known.has(name))
      problems.push(`${name}: no such setting; the README lists them`)
  return problems.length > 0 ? E.left(problems) : E.right(values as SettingsOf<T>)
}
