import { fieldError, structural } from '@periplus/api'
import type { FieldError, FieldPath, StructuralSchema } from '@periplus/api'
import { schemaRuleErrorsInSteps } from '@periplus/cel'
import type { Steps } from '@periplus/prelude'
import { each } from '../../../validation/values.ts'
import type { CustomResourceDefinitionVersion } from './schema.ts'

const { child, invalid, notSupported } = fieldError

const columnTypes = ['boolean', 'date', 'integer', 'number', 'string']

const simplePath = (path: FieldPath, text: string): readonly FieldError[] =>
  structural.jsonPath(text) ? [] : [invalid(path, text, 'is no JSON path, or one of a kind that is not built yet')]

const under = (path: FieldPath, text: string | undefined, roots: readonly string[]): readonly FieldError[] =>
  text === undefined || roots.some(root => text.startsWith(`${root}.`))
    ? []
    : [invalid(path, text, `should be a json path under ${roots.join(' or ')}`)]

/** Rules are looked at in a schema that is one: what they may name follows from it. */
function* schemaErrors(root: unknown, at: FieldPath): Steps<readonly FieldError[]> {
  const errors = yield* structural.schemaErrorsInSteps(root, at)
  return errors.length > 0 ? errors : yield* schemaRuleErrorsInSteps(root as StructuralSchema, at)
}

/** What is wrong with one version of a definition: its schema, columns and subresources. */
export function* versionErrors(
  { schema, additionalPrinterColumns, selectableFields, subresources }: CustomResourceDefinitionVersion,
  at: FieldPath,
): Steps<readonly FieldError[]> {
  const root = schema?.openAPIV3Schema
  const scale = subresources?.scale
  const scaleAt = child(at, 'subresources', 'scale')
  return [
    ...(root ? yield* schemaErrors(root, child(at, 'schema', 'openAPIV3Schema')) : []),
    ...each(child(at, 'additionalPrinterColumns'), additionalPrinterColumns, ({ jsonPath, type }, column) => [
      ...(columnTypes.includes(type) ? [] : [notSupported(child(column, 'type'), type, columnTypes)]),
      ...simplePath(child(column, 'jsonPath'), jsonPath),
    ]),
    ...each(child(at, 'selectableFields'), selectableFields, ({ jsonPath }, field) =>
      simplePath(child(field, 'jsonPath'), jsonPath),
    ),
    ...(scale
      ? [
          ...under(child(scaleAt, 'specReplicasPath'), scale.specReplicasPath, ['.spec']),
          ...under(child(scaleAt, 'statusReplicasPath'), scale.statusReplicasPath, ['.status']),
          ...under(child(scaleAt, 'labelSelectorPath'), scale.labelSelectorPath, ['.spec', '.status']),
        ]
      : []),
  ]
}
