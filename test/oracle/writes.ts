import { shapeOf } from '@periplus/api'
import fc from 'fast-check'
import { applyEdits, drawEdits } from './edits.ts'
import { asStored, kindOf, ourAnswer, uid } from './ours.ts'
import type { Seed } from './seeds.ts'
import { editedTrial } from './trial.ts'
import type { Trial } from './trial.ts'
import { valueOf } from './values.ts'
import type { Draw } from './values.ts'

/** Draws a trial of a seed, or nothing where there is none of that kind. */
export type Drawing = (draw: Draw, seed: Seed) => Trial | undefined

const withMeta = (object: unknown, fields: object): unknown => {
  const { metadata, ...rest } = object as { metadata: object }
  return { ...rest, metadata: { ...metadata, ...fields } }
}

/** Of an object that is made. */
export const creation: Drawing = (draw, { resource, object, parts }) =>
  editedTrial(resource, drawEdits(draw, kindOf(object).schema, object, parts), edits => ({
    op: 'create',
    resource,
    object: withMeta(applyEdits(object, edits), { uid }),
  }))

/** Objects as they stand in the log: what creations make of seeds, and updates begin with. */
export const storedSeeds = async (seeds: readonly Seed[]): Promise<ReadonlyMap<Seed, object>> => {
  const stored = new Map<Seed, object>()
  for (const seed of seeds) {
    const { object, causes, failure } = await ourAnswer({ op: 'create', resource: seed.resource, object: seed.object })
    if (object === undefined) throw new Error(`${seed.resource}: ${failure ?? JSON.stringify(causes)}`)
    const { resourceVersion: _, ...metadata } = (object as { metadata: { resourceVersion?: string } }).metadata
    stored.set(seed, { ...object, metadata })
  }
  return stored
}

/** A write of an object that is there. */
export const between = (resource: string, before: unknown, after: unknown): Trial['question'] => ({
  op: 'update',
  resource,
  object: withMeta(after, { uid, resourceVersion: '1' }),
  previous: withMeta(before, { resourceVersion: '1' }),
})

/** What a kind's status may look like; `undefined` of kinds that have none. */
export const drawStatus = (draw: Draw, seed: Seed, depth: number): unknown => {
  const kind = kindOf(seed.object)
  const shape = shapeOf(kind.schema)
  const status = shape.tag === 'struct' ? shape.fields['status'] : undefined
  return status && valueOf(draw, status.schema, 'status', depth)
}

/** Of changes: of objects, and of their status through the subresource. */
export const changes = (stored: ReadonlyMap<Seed, object>): { readonly update: Drawing; readonly status: Drawing } => {
  const update: Drawing = (draw, seed) => {
    const base = stored.get(seed)
    const edits = drawEdits(draw, kindOf(seed.object).schema, base, seed.parts)
    return editedTrial(seed.resource, edits, less => between(seed.resource, base, applyEdits(base, less)))
  }
  const status: Drawing = (draw, seed) => {
    if (!kindOf(seed.object).hasStatus) return undefined
    const base = stored.get(seed)
    const before = asStored({ ...base, status: draw(fc.boolean) ? {} : drawStatus(draw, seed, 3) })
    // What goes on from what was, and what has nothing to do with it.
    const whole = draw(fc.boolean) ? [] : [{ path: ['status'], value: drawStatus(draw, seed, 3) }]
    const edits = [...whole, ...drawEdits(draw, kindOf(seed.object).schema, applyEdits(before, whole), ['status'])]
    const path = `${seed.resource}/status`
    return editedTrial(path, edits, less => between(path, before, applyEdits(before, less)))
  }
  return { update, status }
}
