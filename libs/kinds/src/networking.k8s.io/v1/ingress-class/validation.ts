import { fieldError, isDns1123Label } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import { domainPrefixedPathErrors } from '../../../validation/domain-prefixed-path.ts'
import { immutable } from '../../../validation/values.ts'
import { typedReferenceErrors } from '../typed-reference-validation.ts'
import type { IngressClass, IngressClassParametersReference } from './schema.ts'

const { forbidden, invalid, notSupported, required, tooLong } = fieldError

const longestController = 250

/** Parameters in a namespace name it, those of the whole cluster none. */
const scopeErrors = (
  path: FieldPath,
  { scope = 'Cluster', namespace }: IngressClassParametersReference,
): readonly FieldError[] => {
  switch (scope) {
    case 'Namespace':
      return namespace === undefined
        ? [required(`${path}.namespace`, "`parameters.scope` is set to 'Namespace'")]
        : isDns1123Label(namespace).map(complaint => invalid(`${path}.namespace`, namespace, complaint))
    case 'Cluster':
      return namespace === undefined ? [] : [forbidden(`${path}.namespace`, "`parameters.scope` is set to 'Cluster'")]
    default:
      return [notSupported(`${path}.scope`, scope, ['Cluster', 'Namespace'])]
  }
}

/** What is wrong with a class of ingress controllers. */
export const ingressClassErrors = ({ spec = {} }: IngressClass): readonly FieldError[] => {
  const { controller = '', parameters } = spec
  return [
    ...(Buffer.byteLength(controller) > longestController ? [tooLong('spec.controller', longestController)] : []),
    ...domainPrefixedPathErrors('spec.controller', controller),
    ...(parameters
      ? [...typedReferenceErrors('spec.parameters', parameters), ...scopeErrors('spec.parameters', parameters)]
      : []),
  ]
}

/** Ingresses of a class stay with its controller. */
export const ingressClassUpdateErrors = (
  { spec: next }: IngressClass,
  { spec: previous }: IngressClass,
): readonly FieldError[] => immutable('spec.controller', next?.controller ?? '', previous?.controller ?? '')
