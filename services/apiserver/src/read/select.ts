import { E, inSteps, sharedTurn } from '@periplus/prelude'
import type { Either, Steps } from '@periplus/prelude'
import { fieldMatcherInSteps, parseFieldSelectorInSteps, parseSelectorInSteps, pinnedName } from '@periplus/api'
import type { Kind, ObjectRef, Refusal } from '@periplus/api'
import type { Entry } from '@periplus/projection'
import type { ListOptions } from '../request/list-options.ts'
import { objectIn } from './representation.ts'
import type { Selection } from './selection.ts'

/** What a list, a watch or a collection's deletion is about: path, label selector and field selector together; read in turns. */
export const selectionOf = async (
  kind: Kind,
  ref: Pick<ObjectRef, 'namespace' | 'name'>,
  options: Pick<ListOptions, 'labelSelector' | 'fieldSelector'>,
): Promise<Either<Refusal, Selection>> => inSteps(sharedTurn, selectionInSteps(kind, ref, options))

function* selectionInSteps(
  kind: Kind,
  { namespace, name }: Pick<ObjectRef, 'namespace' | 'name'>,
  options: Pick<ListOptions, 'labelSelector' | 'fieldSelector'>,
): Steps<Either<Refusal, Selection>> {
  const labels = yield* parseSelectorInSteps(options.labelSelector)
  if (E.isLeft(labels)) return labels
  const requirements = yield* parseFieldSelectorInSteps(options.fieldSelector)
  if (E.isLeft(requirements)) return requirements
  const fields = yield* fieldMatcherInSteps(kind, requirements.right)
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
