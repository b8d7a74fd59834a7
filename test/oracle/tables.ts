import { shapeOf } from '@periplus/api'
import { applyEdits, drawEdits } from './edits.ts'
import { kindOf } from './ours.ts'
import { editedTrial } from './trial.ts'
import { drawStatus } from './writes.ts'
import type { Drawing } from './writes.ts'

/** Of the row that an object makes, wide columns too: any object that can be read, valid or not. */
export const row: Drawing = (draw, seed) => {
  const { schema } = kindOf(seed.object)
  const shape = shapeOf(schema)
  const fields = shape.tag === 'struct' ? Object.keys(shape.fields) : []
  const parts = fields.filter(name => !['apiVersion', 'kind', 'metadata'].includes(name))
  const status = drawStatus(draw, seed, 4)
  const whole = { path: ['status'], value: status }
  const base = applyEdits(seed.object, status === undefined ? [] : [whole])
  const edits = [
    ...(status === undefined ? [] : [whole]),
    ...drawEdits(draw, schema, base, parts),
    ...drawEdits(draw, schema, base, parts),
  ]
  return editedTrial(seed.resource, edits, less => ({ op: 'table', object: applyEdits(seed.object, less) }))
}
