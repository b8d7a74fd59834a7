import { own } from '@periplus/prelude'

/**
 * The schema of a custom kind, as its definition writes it (`openAPIV3Schema`): a value that came from outside, and that
 * `structuralFaults` found to be one.
 */
export interface StructuralSchema {
  readonly type?: string
  readonly format?: string
  readonly description?: string
  readonly default?: unknown
  readonly nullable?: boolean
  readonly enum?: readonly unknown[]
  readonly pattern?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: boolean
  readonly exclusiveMaximum?: boolean
  readonly multipleOf?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly minProperties?: number
  readonly maxProperties?: number
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, StructuralSchema>>
  readonly additionalProperties?: boolean | StructuralSchema
  readonly items?: StructuralSchema
  readonly allOf?: readonly StructuralSchema[]
  readonly anyOf?: readonly StructuralSchema[]
  readonly oneOf?: readonly StructuralSchema[]
  readonly not?: StructuralSchema
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean
  readonly 'x-kubernetes-embedded-resource'?: boolean
  readonly 'x-kubernetes-int-or-string'?: boolean
  readonly 'x-kubernetes-list-type'?: string
  readonly 'x-kubernetes-list-map-keys'?: readonly string[]
  readonly 'x-kubernetes-map-type'?: string
  /** Rules in CEL, which are nobody's here to read. */
  readonly 'x-kubernetes-validations'?: readonly unknown[]
}

const ofEmbedded = new Set(['apiVersion', 'kind', 'metadata'])

/** The schema of an object's member; `any` where it may hold what it likes, `undefined` where there is none. */
export const memberSchema = (schema: StructuralSchema, name: string): StructuralSchema | 'any' | undefined => {
  const property = own(schema.properties, name)
  if (property) return property
  if (schema['x-kubernetes-embedded-resource'] && ofEmbedded.has(name)) return 'any'
  const { additionalProperties } = schema
  if (typeof additionalProperties === 'object') return additionalProperties
  return additionalProperties || schema['x-kubernetes-preserve-unknown-fields'] ? 'any' : undefined
}
