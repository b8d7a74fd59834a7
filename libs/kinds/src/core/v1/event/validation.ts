import { fieldError } from '@periplus/api'
import type { FieldError } from '@periplus/api'
import type { Event } from './schema.ts'

/** An event lives in the namespace of what it is about; those about the whole cluster live in `default`. */
export const eventErrors = ({ metadata, involvedObject }: Event): readonly FieldError[] => {
  const about = involvedObject.namespace ?? ''
  const own = metadata.namespace ?? ''
  return about === own || (about === '' && (own === 'default' || own === 'kube-system'))
    ? []
    : [fieldError.invalid('involvedObject.namespace', about, 'does not match event.namespace')]
}
