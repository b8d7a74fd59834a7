import { canonicalJson, fieldError, isDns1123Label, labelErrors } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import { resourceErrors } from '../../../core/v1/validation/resources.ts'
import type { Toleration } from '../../../core/v1/tolerations.ts'
import { tolerationErrors } from '../../../core/v1/validation/tolerations.ts'
import { each, immutable } from '../../../validation/values.ts'
import type { RuntimeClass } from './schema.ts'

/** Each once, however long it is tolerated. */
const repeatedErrors = (path: FieldPath, tolerations: readonly Toleration[] | undefined): readonly FieldError[] => {
  const seen = new Set<string>()
  return each(path, tolerations, (toleration, at) => {
    const { key = '', operator = '', value = '', effect = '' } = toleration
    const identity = canonicalJson([key, operator, value, effect])
    if (seen.has(identity)) return [fieldError.duplicate(at, toleration)]
    seen.add(identity)
    return []
  })
}

/** What runs the pods of a class stays. */
export const runtimeClassUpdateErrors = (next: RuntimeClass, previous: RuntimeClass): readonly FieldError[] =>
  immutable('handler', next.handler, previous.handler)

/** What is wrong with a class of runtimes. */
export const runtimeClassErrors = ({ handler, overhead, scheduling }: RuntimeClass): readonly FieldError[] => [
  ...isDns1123Label(handler).map(complaint => fieldError.invalid('handler', handler, complaint)),
  ...(overhead?.podFixed ? resourceErrors('overhead', { limits: overhead.podFixed }) : []),
  ...labelErrors(scheduling?.nodeSelector, 'scheduling.nodeSelector'),
  ...tolerationErrors('scheduling.tolerations', scheduling?.tolerations),
  ...repeatedErrors('scheduling.tolerations', scheduling?.tolerations),
]
