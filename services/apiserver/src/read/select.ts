import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { fieldMatcher, parseFieldSelector, parseSelector, pinnedName } from '@periplus/api'
import type { Kind, ObjectRef, Refusal } from '@periplus/api'
import type { Entry } from '@periplus/projection'
import type { ListOptions } from '../request/list-options.ts'
import { objectIn } from './representation.ts'
import type { Selection } from './selection.ts'

/** What a list, a watch or a collection's deletion is about: path, label selector and field selector together. */
export const selectionOf = (
  kind: Kind,
  { namespace, name }: Pick<ObjectRef, 'namespace' | 'name'>,
  options: Pick<ListOptions, 'labelSelector' | 'fieldSelector'>,
): Either<Refusal, Selection> => {
  const labels = parseSelector(options.labelSelector)
  if (E.isLeft(labels)) return labels
  const requirements = parseFieldSelector(options.fieldSelector)
  if (E.isLeft(requirements)) return requirements
  const fields = fieldMatcher(kind, requirements.right)
  if (E.isLeft(fields)) return fields
  // Older watch paths name one object: /api/v1/watch/namespaces/default/pods/web.
  const named = name === '' ? undefined : name
  const tests: ((entry: Entry) => boolean)[] = []
  if (named !== undefined) tests.push(entry => entry.ref.name === named)
  if (labels.right.requirements === undefined || labels.right.requirements.length > 0)
    tests.push(entry => labels.right.matches(entry.object().metadata.labels))
  if (requirements.right.length > 0) tests.push(entry => fields.right(objectIn(kind, entry)))
  const [only, ...others] = tests
  return E.right({
    namespace: kind.namespaced && namespace === '' ? undefined : namespace,
    name: pinnedName(requirements.right) ?? named,
    everything: only === undefined,
    matches: only && others.length === 0 ? only : entry => tests.every(test => test(entry)),
  })
}
