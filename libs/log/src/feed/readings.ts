import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Kind } from '@periplus/api'
import { subjectToken } from '../encoding/subject.ts'
import { feedSubjects } from './feed-message.ts'

/** What somebody outside may read. */
export interface Reading {
  /** Of these kinds; absent: of all. */
  readonly only?: readonly Pick<Kind, 'group' | 'resource' | 'namespaced'>[]
  /** In this namespace; absent: everywhere. */
  readonly namespace?: string
}

/** The subjects of the feed that such a reader is given. Left: why that would be nothing. */
export const subjectsOf = ({ only, namespace }: Reading): Either<string, readonly string[]> => {
  if (only?.length === 0) return E.left('there is nothing to read')
  const within = namespace === undefined ? '*' : subjectToken(namespace)
  if (!only) return E.right(namespace === undefined ? [feedSubjects] : [`events.*.*.${within}.>`])
  for (const { group, resource, namespaced } of only) {
    if (group === '' && resource === 'secrets') return E.left('nothing of a Secret is ever given to those outside')
    if (namespace !== undefined && !namespaced) return E.left(`${resource} are in no namespace`)
  }
  const subjects = only.map(
    ({ group, resource }) => `events.${subjectToken(group || 'core')}.${subjectToken(resource)}.${within}.>`,
  )
  return E.right([...new Set(subjects)])
}
