import { parseGroupVersion, schema } from '@periplus/api'
import type { Kind, KindRegistry, TypeOf } from '@periplus/api'
import { LabelSelector } from '../../apimachinery/meta/v1/label-selector.ts'

const { optional, required, string, struct } = schema
const pkg = 'io.k8s.api.admissionregistration.v1'

/** Parameters and variables of policies: every version has these types, named by its package. `atomic`: whether a variable is of one owner. */
export const paramTypes = (pkg: string, { atomic }: { readonly atomic: boolean }) => ({
  ParamKind: struct(
    `${pkg}.ParamKind`,
    {
      apiVersion: optional(1, string),
      kind: optional(2, string),
    },
    { atomic: true },
  ),
  ParamRef: struct(
    `${pkg}.ParamRef`,
    {
      name: optional(1, string),
      namespace: optional(2, string),
      parameterNotFoundAction: optional(4, string),
      selector: optional(3, LabelSelector),
    },
    { atomic: true },
  ),
  Variable: struct(
    `${pkg}.Variable`,
    {
      expression: required(2, string),
      name: required(1, string),
    },
    { atomic },
  ),
})

export const { ParamKind, ParamRef, Variable } = paramTypes(pkg, { atomic: true })
export interface ParamKind extends TypeOf<typeof ParamKind> {}
export interface ParamRef extends TypeOf<typeof ParamRef> {}
export interface Variable extends TypeOf<typeof Variable> {}

/** What the parameters of a policy are; `undefined`: nobody knows. */
export const kindOfParams = ({ apiVersion = '', kind = '' }: ParamKind, kinds: KindRegistry): Kind | undefined => {
  const { group, version } = parseGroupVersion(apiVersion) ?? { group: '', version: '' }
  return kinds.byKind(group, version, kind)
}

const unset = '<unset>'

/** As tables show a policy's kind of parameters. */
export const paramKindText = (kind: ParamKind | undefined): string =>
  kind ? `${kind.apiVersion ?? ''}/${kind.kind ?? ''}` : unset

/** As tables show a binding's parameters. */
export const paramRefText = (ref: ParamRef | undefined): string =>
  ref ? `${ref.namespace || '*'}/${ref.name ?? ''}` : unset
