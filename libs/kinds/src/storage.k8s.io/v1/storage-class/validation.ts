import { deepEqual, fieldError, isQualifiedName } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import type { TopologySelectorTerm } from '../../../core/v1/node-selector.ts'
import { each, immutable, oneOf } from '../../../validation/values.ts'
import type { StorageClass } from './schema.ts'

const { duplicate, forbidden, invalid, required, tooLong } = fieldError

/** What a term says, by key: the order of its parts tells nothing. */
type Meaning = Readonly<Record<string, readonly string[]>>

const meaningOf = ({ matchLabelExpressions = [] }: TopologySelectorTerm): Meaning =>
  Object.fromEntries(matchLabelExpressions.map(({ key, values }) => [key, [...new Set(values)].toSorted()]))

const termErrors = (path: FieldPath, { matchLabelExpressions }: TopologySelectorTerm): readonly FieldError[] => {
  const keys = new Set<string>()
  return each(`${path}.matchLabelExpressions`, matchLabelExpressions, ({ key, values }, at) => {
    const repeated = keys.has(key)
    keys.add(key)
    return [
      ...(values.length === 0 ? [required(`${at}.values`)] : []),
      ...each(`${at}.values`, values, (value, valueAt, i) =>
        values.indexOf(value) < i ? [duplicate(valueAt, value)] : [],
      ),
      ...isQualifiedName(key).map(complaint => invalid(`${at}.key`, key, complaint)),
      ...(repeated ? [duplicate(`${at}.key`, key)] : []),
    ]
  })
}

/** Kubernetes compares each term with those before it, and with as many empty ones as there are terms. */
const topologyErrors = (path: FieldPath, terms: readonly TopologySelectorTerm[] = []): readonly FieldError[] => {
  const isEmpty = (meaning: Meaning): boolean => Object.keys(meaning).length === 0
  const before: Meaning[] = []
  return each(path, terms, (term, at) => {
    const meaning = meaningOf(term)
    const same = before.filter(one => deepEqual(one, meaning)).length + (isEmpty(meaning) ? terms.length : 0)
    before.push(meaning)
    return [
      ...termErrors(at, term),
      ...Array.from({ length: same }, () => duplicate(`${at}.matchLabelExpressions`, '')),
    ]
  })
}

const mostParameters = 512
const mostParameterBytes = 256 * 1024

const parameterErrors = (path: FieldPath, parameters: Readonly<Record<string, string>> = {}): readonly FieldError[] => {
  const entries = Object.entries(parameters)
  if (entries.length > mostParameters) return [tooLong(path, mostParameters)]
  const bytes = entries.reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0)
  return [
    ...(parameters[''] === undefined ? [] : [invalid(path, '', 'field can not be empty.')]),
    ...(bytes > mostParameterBytes ? [tooLong(path, mostParameterBytes)] : []),
  ]
}

/** What is wrong with a class. */
export const storageClassErrors = (object: StorageClass): readonly FieldError[] => [
  ...(object.provisioner === ''
    ? [required('provisioner')]
    : isQualifiedName(object.provisioner.toLowerCase()).map(complaint =>
        invalid('provisioner', object.provisioner.toLowerCase(), complaint),
      )),
  ...parameterErrors('parameters', object.parameters),
  ...(object.reclaimPolicy ? oneOf('reclaimPolicy', object.reclaimPolicy, ['Delete', 'Retain']) : []),
  ...oneOf('volumeBindingMode', object.volumeBindingMode, ['Immediate', 'WaitForFirstConsumer']),
  ...topologyErrors('allowedTopologies', object.allowedTopologies),
]

/** Volumes of a class are all made alike. */
export const storageClassUpdateErrors = (next: StorageClass, previous: StorageClass): readonly FieldError[] => [
  ...(deepEqual(next.parameters ?? {}, previous.parameters ?? {})
    ? []
    : [forbidden('parameters', 'updates to parameters are forbidden.')]),
  ...(next.provisioner === previous.provisioner
    ? []
    : [forbidden('provisioner', 'updates to provisioner are forbidden.')]),
  ...(next.reclaimPolicy === previous.reclaimPolicy
    ? []
    : [forbidden('reclaimPolicy', 'updates to reclaimPolicy are forbidden.')]),
  ...immutable('volumeBindingMode', next.volumeBindingMode, previous.volumeBindingMode),
]
