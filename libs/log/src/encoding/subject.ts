import { createHash } from 'node:crypto'
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

/**
 * A server cuts off whoever sends it a line of more than 4,096 bytes, and a subject is part of that line. Names may be longer, so
 * a token of more than this is written as its digest; the event's `ce-fullsubject` then says what it stands for.
 */
const longestToken = 400
/** No token begins so that is not a digest: a percent sign is followed by hexadecimal digits elsewhere. */
const digestMark = '%~'

const carried = (token: string): string =>
  token.length <= longestToken ? token : digestMark + createHash('sha256').update(token).digest('base64url')

const tokensOf = ({ group, resource, namespace, name }: ObjectRef): readonly [string, string, string, string] => [
  optionalToken(group, coreGroup),
  subjectToken(resource),
  optionalToken(namespace, clusterScope),
  subjectToken(name),
]

/** The subject of an object's events. Never longer than a server takes. */
export const subjectOf = (ref: ObjectRef): string => {
  const [group, resource, namespace, name] = tokensOf(ref)
  return `objects.${carried(group)}.${carried(resource)}.${carried(namespace)}.${carried(name)}`
}

/** The same with every name in full, however long: what `subjectOf` can be read back from where it has digests. */
export const fullSubjectOf = (ref: ObjectRef): string => `objects.${tokensOf(ref).join('.')}`

type Beginning = Omit<ObjectRef, 'name'>

/**
 * What subjects begin with. Groups, resources and namespaces are few: every reference shares their text, and most events of a
 * busy moment are of one resource in one namespace, so a subject is taken apart once for all of them.
 */
const beginnings = new Map<string, Beginning>()
const mostBeginnings = 10_000

const beginningOf = (beginning: string): Beginning | undefined => {
  const known = beginnings.get(beginning)
  if (known) return known
  const [prefix, group, resource, namespace, ...more] = beginning.split('.')
  if (prefix !== 'objects' || !group || !resource || !namespace || more.length > 0) return undefined
  const begun = {
    group: group === coreGroup ? '' : tokenText(group),
    resource: tokenText(resource),
    namespace: namespace === clusterScope ? '' : tokenText(namespace),
  }
  if (beginnings.size >= mostBeginnings) beginnings.clear()
  beginnings.set(beginning, begun)
  return begun
}

/** No percent signs, so that nothing in it is encoded, and nothing that would have to be. */
const asItIs = /^[!-$&-~]*$/

/**
 * The object of a subject, which `full` says where it holds digests; `undefined` for what isn't one of ours, such as a name that
 * is encoded in another way than ours: an object has one subject.
 */
export const refOfSubject = (subject: string, full?: string): ObjectRef | undefined => {
  if (asItIs.test(subject)) return refOfFull(subject)
  const text = subject.includes(digestMark) ? full : subject
  const ref = text === undefined ? undefined : refOfFull(text)
  return ref && subjectOf(ref) === subject ? ref : undefined
}

const refOfFull = (subject: string): ObjectRef | undefined => {
  const lastDot = subject.lastIndexOf('.')
  const begun = beginningOf(subject.slice(0, lastDot))
  if (!begun || lastDot === subject.length - 1) return undefined
  const { group, resource, namespace } = begun
  return { group, resource, namespace, name: tokenText(subject.slice(lastDot + 1)) }
}
