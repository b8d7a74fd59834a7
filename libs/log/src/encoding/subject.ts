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

/** Groups, resources and namespaces are few: every reference shares their text. */
const sharedTexts = (stand: string): ((token: string) => string) => {
  const known = new Map<string, string>()
  return token => {
    const found = known.get(token)
    if (found !== undefined) return found
    const text = token === stand ? '' : tokenText(token)
    if (known.size > 10_000) known.clear()
    known.set(token, text)
    return text
  }
}
const groupText = sharedTexts(coreGroup)
const resourceText = sharedTexts('')
const namespaceText = sharedTexts(clusterScope)

/** The object of a subject; `undefined` for what isn't one of ours. */
export const refOf = (subject: string): ObjectRef | undefined => {
  const [prefix, group, resource, namespace, name, ...more] = subject.split('.')
  if (prefix !== 'objects' || !group || !resource || !namespace || !name || more.length > 0) return undefined
  return {
    group: groupText(group),
    resource: resourceText(resource),
    namespace: namespaceText(namespace),
    name: tokenText(name),
  }
}
