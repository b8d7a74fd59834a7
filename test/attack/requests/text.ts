import type { Random } from '@periplus/prelude'
import { pick } from '../extreme/values.ts'

/** What stands where a number, a word or a whole value stood: each has broken some server. */
const values = [
  'null',
  'true',
  '0',
  '-1',
  '-0',
  '1.0',
  '1e400',
  '9007199254740993',
  '9223372036854775807',
  '-9223372036854775808',
  '18446744073709551616',
  '""',
  '[]',
  '{}',
  '[null]',
  '{"":{}}',
  '"\\ud800"',
  '"\\u0000"',
  '"\u{1F4A5}\u0301\u202e"',
  '"__proto__"',
  '{"__proto__":{"a":1},"constructor":{"prototype":{}}}',
  '"2025-13-45T99:99:99Z"',
  '"1E999999Ki"',
  '"../../../etc/passwd"',
  `"${'a'.repeat(5000)}"`,
  `"${'a.'.repeat(300)}a"`,
  `"${'%'.repeat(300)}"`,
]

const long = (random: Random): number => pick(random, [2, 10, 300, 3000, 20_000])

const grown = (random: Random): string => {
  const times = long(random)
  switch (Math.floor(random() * 7)) {
    case 0:
      return '['.repeat(times) + ']'.repeat(times)
    case 1:
      return '{"a":'.repeat(times) + '1' + '}'.repeat(times)
    case 2:
      return `[${Array.from({ length: times }, (_, at) => `{"name":"n${at}","key":"k${at % 7}"}`).join(',')}]`
    case 3:
      return `{${Array.from({ length: times }, (_, at) => `"k${at}":"v"`).join(',')}}`
    case 4:
      return `[${Array(times).fill('"a"').join(',')}]`
    case 5:
      return `"${'-.'.repeat(times)}"`
    default:
      return `{${Array(times).fill('"a":1').join(',')}}`
  }
}

/** A number, a string, or an empty container that JSON text holds somewhere. */
const token = /-?\d+(?:\.\d+)?|"(?:[^"\\]|\\.)*"|\{\}|\[\]|true|false|null/g

/** JSON text with one token in another's place or bytes that are wrong, and where it may grow, one that grew or a member more. */
export const mutatedText = (text: string, random: Random, mayGrow: boolean): string => {
  const tokens = [...text.matchAll(token)]
  const found = tokens.length > 0 ? pick(random, tokens) : undefined
  const [start, end] = found ? [found.index, found.index + found[0].length] : [0, text.length]
  const put = (more: string): string => text.slice(0, start) + more + text.slice(end)
  const chance = random()
  if (chance < (mayGrow ? 0.55 : 0.8)) return put(pick(random, values))
  if (mayGrow && chance < 0.7) return put(grown(random))
  if (mayGrow && chance < 0.8)
    return text.replace(
      '{',
      `{${pick(
        random,
        values.filter(v => v.startsWith('"')),
      )}:${grown(random)},`,
    )
  const at = Math.floor(random() * text.length)
  if (chance < 0.9)
    return (
      text.slice(0, at) + pick(random, ['', '\u0000', '"', '}', ',', '\\', '\ufeff', '\t&a *a: ']) + text.slice(at + 1)
    )
  return text.slice(0, at)
}

/** The same of bytes. */
export const mutatedBytes = (bytes: Buffer, random: Random): Buffer => {
  const copy = Buffer.from(bytes)
  for (let change = Math.floor(random() * 4); change > 0 && copy.length > 0; change--)
    copy[Math.floor(random() * copy.length)] = pick(random, [0, 1, 0x7f, 0x80, 0xff, Math.floor(random() * 256)])
  return random() < 0.2 ? copy.subarray(0, Math.floor(random() * copy.length)) : copy
}
