import { fieldError, isDns1123Label, labelErrors } from '@periplus/api'
import type { FieldError } from '@periplus/api'
import { resourceErrors } from '../../../core/v1/validation/resources.ts'
import { tolerationErrors } from '../../../core/v1/validation/tolerations.ts'
import type { RuntimeClass } from './schema.ts'

/** What is wrong with a class of runtimes. */
export const runtimeClassErrors = ({ handler, overhead, scheduling }: RuntimeClass): readonly FieldError[] => [
  ...isDns1123Label(handler).map(complaint => fieldError.invalid('handler', handler, complaint)),
  ...(overhead?.podFixed ? resourceErrors('overhead', { limits: overhead.podFixed }) : []),
  ...labelErrors(scheduling?.nodeSelector, 'scheduling.nodeSelector'),
  ...tolerationErrors('scheduling.tolerations', scheduling?.tolerations),
]
