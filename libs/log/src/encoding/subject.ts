import type { ObjectRef } from '@periplus/api'
import { percentEncoded } from './percent.ts'

/** Subjects of the log: `objects.<group>.<resource>.<namespace>.<name>`. */
export const objectSubjects = 'objects.>'

const coreGroup = 'core'
const clusterScope = '-'

/** What a token may hold as it is: printable ASCII without NATS' own characters and without those that stand for others. */
const plain = /^[!"#$&'()+,\-/0-9:;<=?@A-Z[\\\]^`a-z{|}~]*$/
const special = /[^!"#$&'()+,\-/0-9:;<=?@A-Z[\\\]^`a-z{|}~]/gu

/** Any text as one token of a subject: `.` as `_`, and what NATS forbids, `_` and `%` percent-encoded. Reversible. */
export const subjectToken = (text: string): string =>
  plain.test(text) ? text : text.replace(special, char => (char === '.' ? '_' : percentEncoded(char)))

/** The text that `subjectToken` made the token of. */
export const tokenText = (token: string): string => {
  const dotted = token.includes('_') ? token.replaceAll('_', '.') : token
  if (!dotted.includes('%')) return dotted
  const bytes = dotted.replace(/%([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString('utf8')
}

/** A token for a text that may be empty, written as `stand`; the text `stand` itself is escaped. */
const optionalToken = (text: string, stand: string): string => {
  if (text === '') return stand
  return text === stand ? percentEncoded(text) : subjectToken(text)
}

export const subjectOf = ({ group, resource, namespace, name }: ObjectRef): string =>
  `objects.${optionalToken(group, coreGroup)}.${subjectToken(resource)}.${optionalToken(namespace, clusterScope)}.${subjectToken(name)}`

type Shelf = Omit<ObjectRef, 'name'>

/**
 * What subjects begin with. Groups, resources and namespaces are few: every reference shares their text, and most events of a
 * busy moment are of one resource in one namespace, so a subject is taken apart once for all of them.
 */
const shelves = new Map<string, Shelf>()
const mostShelves = 10_000

const shelfOf = (beginning: string): Shelf | undefined => {
  const known = shelves.get(beginning)
  if (known) return known
  const [prefix, group, resource, namespace, ...more] = beginning.split('.')
  if (prefix !== 'objects' || !group || !resource || !namespace || more.length > 0) return undefined
  const shelf = {
    group: group === coreGroup ? '' : tokenText(group),
    resource: tokenText(resource),
    namespace: namespace === clusterScope ? '' : tokenText(namespace),
  }
  if (shelves.size >= mostShelves) shelves.clear()
  shelves.set(beginning, shelf)
  return shelf
}

/** The object of a subject; `undefined` for what isn't one of ours. */
export const refOf = (subject: string): ObjectRef | undefined => {
  const lastDot = subject.lastIndexOf('.')
  const shelf = shelfOf(subject.slice(0, lastDot))
  if (!shelf || lastDot === subject.length - 1) return undefined
  const { group, resource, namespace } = shelf
  return { group, resource, namespace, name: tokenText(subject.slice(lastDot + 1)) }
}
