import { fieldError, quantityOf } from '@periplus/api'
import type { FieldError } from '@periplus/api'
import { oneOf, requiredOneOf } from '../../../validation/values.ts'
import { accessModeErrors } from '../validation/access-modes.ts'
import { nodeSelectorErrors } from '../validation/affinity.ts'
import type { PersistentVolume } from './schema.ts'
import { PersistentVolumeSpec } from './spec.ts'

const { forbidden, invalid, notSupported, required } = fieldError

/** Everything in the spec that says where the data is: the fields that Go keeps in a struct of their own. */
const sources = Object.keys(PersistentVolumeSpec.fields).filter(
  name => PersistentVolumeSpec.shape.fields[name]?.options.within !== undefined,
)

/** What is wrong with a volume. */
export const persistentVolumeErrors = ({ spec }: PersistentVolume): readonly FieldError[] => {
  if (!spec) return [required('spec.accessModes'), required('spec.capacity'), required('spec')]
  const capacity = spec.capacity ?? {}
  const storage = capacity['storage']
  const chosen = sources.filter(name => (spec as Readonly<Record<string, unknown>>)[name] !== undefined)
  return [
    ...accessModeErrors('spec.accessModes', spec.accessModes),
    ...(Object.keys(capacity).length === 0 ? [required('spec.capacity')] : []),
    ...(Object.keys(capacity).length > 0 && (storage === undefined || Object.keys(capacity).length > 1)
      ? [notSupported('spec.capacity', capacity, ['storage'])]
      : []),
    ...(storage !== undefined && quantityOf(storage).nanos <= 0n
      ? [invalid('spec.capacity[storage]', storage, 'must be greater than zero')]
      : []),
    ...requiredOneOf('spec.persistentVolumeReclaimPolicy', spec.persistentVolumeReclaimPolicy ?? 'Retain', [
      'Delete',
      'Recycle',
      'Retain',
    ]),
    ...(spec.nodeAffinity?.required
      ? nodeSelectorErrors('spec.nodeAffinity.required', spec.nodeAffinity.required)
      : []),
    ...(chosen.length === 0 ? [required('spec', 'must specify a volume type')] : []),
    ...chosen.slice(1).map(name => forbidden(`spec.${name}`, 'may not specify more than 1 volume type')),
    ...oneOf('spec.volumeMode', spec.volumeMode, ['Block', 'Filesystem']),
  ]
}
