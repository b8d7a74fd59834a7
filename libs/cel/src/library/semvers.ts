import { traversal } from '../values/size.ts'
import { Opaque } from '../values/value.ts'
import type { Value } from '../values/value.ts'
import { arg, fail, overload } from './overload.ts'
import type { Cost, Overload } from './overload.ts'

interface Version {
  readonly numbers: readonly bigint[]
  readonly pre: readonly string[]
}

class SemverValue extends Opaque {
  readonly type = { tag: 'opaque', name: 'kubernetes.Semver' } as const
  readonly version: Version
  constructor(version: Version) {
    super()
    this.version = version
  }
  equals(other: Opaque): boolean {
    return other instanceof SemverValue && compare(this.version, other.version) === 0
  }
}

const number = '(0|[1-9]\\d*)'
const form = new RegExp(`^${number}\\.${number}\\.${number}(?:-([0-9A-Za-z.-]+))?(?:\\+([0-9A-Za-z.-]+))?$`)
const longest = 1_000
const mostNumber = 2n ** 64n - 1n

const read = (text: string): Version | undefined => {
  if (text.length > longest) return undefined
  const [whole, major = '', minor = '', patch = '', pre, build] = form.exec(text) ?? []
  if (whole === undefined) return undefined
  const parts = pre?.split('.') ?? []
  const numbers = [major, minor, patch].map(BigInt)
  const isFit =
    parts.every(part => part !== '' && !/^0\d+$/.test(part)) && build?.split('.').every(part => part !== '') !== false
  return isFit && numbers.every(one => one <= mostNumber) ? { numbers, pre: parts } : undefined
}

/** Without a `v` before it or zeros before numbers, and with zeros for numbers that are missing. */
const normalized = (text: string): string => {
  const parts = text.replace(/^v/, '').split('.')
  const [first, second, ...rest] = parts
  const three = [first, second, rest.length > 0 ? rest.join('.') : undefined].flatMap(part =>
    part === undefined ? [] : [part],
  )
  const trimmed = three.map(part => (part.length > 1 ? part.replace(/^0+(?=\d)/, '') : part))
  if (trimmed.length < 3 && /[+-]/.test(trimmed.at(-1) ?? '')) return ''
  return [...trimmed, '0', '0'].slice(0, Math.max(3, trimmed.length)).join('.')
}

const compareParts = (a: string, b: string): number => {
  const [x, y] = [/^\d+$/.test(a), /^\d+$/.test(b)]
  if (x && y) return BigInt(a) < BigInt(b) ? -1 : BigInt(a) > BigInt(b) ? 1 : 0
  if (x !== y) return x ? -1 : 1
  return a < b ? -1 : a > b ? 1 : 0
}

const compare = (a: Version, b: Version): number => {
  for (const [i, x] of a.numbers.entries()) {
    const y = b.numbers[i] ?? 0n
    if (x !== y) return x < y ? -1 : 1
  }
  if (a.pre.length === 0 || b.pre.length === 0)
    return Math.sign(Number(a.pre.length === 0) - Number(b.pre.length === 0))
  for (const [i, x] of a.pre.entries()) {
    const y = b.pre[i]
    const order = y === undefined ? 1 : compareParts(x, y)
    if (order !== 0) return order
  }
  return Math.sign(a.pre.length - b.pre.length)
}

const given = (args: readonly Value[]): Version | undefined =>
  read(args[1] === true ? normalized(arg<string>(args, 0).slice(0, longest + 1)) : arg<string>(args, 0))
const of = (args: readonly Value[], position = 0): Version => arg<SemverValue>(args, position).version
const byText: Cost = ([text = null], _, budget) => traversal(text, budget)
const type = 'kubernetes.Semver'
const make = (args: readonly Value[]): Value =>
  new SemverValue(given(args) ?? fail('No Major.Minor.Patch elements found'))
const compared = (args: readonly Value[]): number => compare(of(args), of(args, 1))

/** Kubernetes' semantic versions. */
export const semvers: readonly Overload[] = [
  overload('semver', 'string_to_semver', `string -> ${type}`, make, byText),
  overload('semver', 'string_bool_to_semver', `string, bool -> ${type}`, make, byText),
  overload('isSemver', 'is_semver_string', 'string -> bool', args => given(args) !== undefined, byText),
  overload('isSemver', 'is_semver_string_bool', 'string, bool -> bool', args => given(args) !== undefined, byText),
  overload('.isGreaterThan', 'semver_is_greater_than', `${type}, ${type} -> bool`, args => compared(args) > 0),
  overload('.isLessThan', 'semver_is_less_than', `${type}, ${type} -> bool`, args => compared(args) < 0),
  overload('.compareTo', 'semver_compare_to', `${type}, ${type} -> int`, args => BigInt(compared(args))),
  ...['major', 'minor', 'patch'].map((name, i) =>
    overload(`.${name}`, `semver_${name}`, `${type} -> int`, args => of(args).numbers[i] ?? 0n),
  ),
]
