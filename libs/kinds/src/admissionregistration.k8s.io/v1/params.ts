import { schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { LabelSelector } from '../../apimachinery/meta/v1/label-selector.ts'

const { optional, required, string, struct } = schema
const pkg = 'io.k8s.api.admissionregistration.v1'

export const ParamKind = struct(
  `${pkg}.ParamKind`,
  {
    apiVersion: optional(1, string),
    kind: optional(2, string),
  },
  { atomic: true },
)
export interface ParamKind extends TypeOf<typeof ParamKind> {}

export const ParamRef = struct(
  `${pkg}.ParamRef`,
  {
    name: optional(1, string),
    namespace: optional(2, string),
    parameterNotFoundAction: optional(4, string),
    selector: optional(3, LabelSelector),
  },
  { atomic: true },
)
export interface ParamRef extends TypeOf<typeof ParamRef> {}

export const Variable = struct(
  `${pkg}.Variable`,
  {
    expression: required(2, string),
    name: required(1, string),
  },
  { atomic: true },
)
export interface Variable extends TypeOf<typeof Variable> {}

const unset = '<unset>'

/** As tables show a policy's kind of parameters. */
export const paramKindText = (kind: ParamKind | undefined): string =>
  kind ? `${kind.apiVersion ?? ''}/${kind.kind ?? ''}` : unset

/** As tables show a binding's parameters. */
export const paramRefText = (ref: ParamRef | undefined): string =>
  ref ? `${ref.namespace || '*'}/${ref.name ?? ''}` : unset
