import type { FieldError } from '@periplus/api'
import { podSpecErrors } from '../validation/pod-spec.ts'
import type { Pod } from './schema.ts'

/** What is wrong with a pod. */
export const podErrors = ({ metadata, spec }: Pod): readonly FieldError[] =>
  podSpecErrors('spec', spec ?? { containers: [] }, metadata?.name ?? '')
