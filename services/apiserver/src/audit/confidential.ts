import type { ObjectRef } from '@periplus/api'
import type { Attributes } from '../ports.ts'
import type { IsConfidential } from './judge.ts'

/** What carries secrets or tokens, besides what is sealed: no more than its metadata is told. */
const always: ReadonlySet<string> = new Set([
  '/secrets',
  '/serviceaccounts/token',
  'authentication.k8s.io/tokenreviews',
])

const nameOf = ({ group, resource, subresource }: Extract<Attributes, { tag: 'Resource' }>): string =>
  resource === 'serviceaccounts' && subresource !== '' ? `${group}/${resource}/${subresource}` : `${group}/${resource}`

/** `isSealed`: whether an object is encrypted before it enters the log. */
export const confidential =
  (isSealed: (ref: ObjectRef) => boolean): IsConfidential =>
  asked =>
    asked.tag === 'Resource' && (always.has(nameOf(asked)) || isSealed(asked))
