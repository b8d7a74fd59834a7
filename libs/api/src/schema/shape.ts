import type { Field, Schema, Shape } from './schema.ts'

/** The shape of an object whose fields are known. */
export type StructShape = Extract<Shape, { tag: 'struct' }>
export type ScalarShape = Extract<Shape, { tag: 'scalar' }>
/** A shape without the indirection of `lazy`. */
export type SolidShape = Exclude<Shape, { tag: 'lazy' }>
export type AnyField = Field<unknown, boolean>

/** What a schema is once references to itself are followed. */
export const shapeOf = (schema: Schema<unknown>): SolidShape => {
  let shape = schema.shape
  while (shape.tag === 'lazy') shape = shape.get().shape
  return shape
}

/** Whether part of it is described at run time only: such a value has neither numbers for protobuf nor keys to merge lists by. */
export const isCustomSchema = (schema: Schema<unknown>): boolean => {
  const shape = shapeOf(schema)
  return shape.tag === 'struct' && shape.options.rest !== undefined
}

/** `PodSpec` of `io.k8s.api.core.v1.PodSpec`. */
export const shortName = (shape: StructShape): string => shape.name.slice(shape.name.lastIndexOf('.') + 1)

/** `v1.PodSpec`: the type as Go's messages name it. */
export const goName = (shape: StructShape): string => shape.name.split('.').slice(-2).join('.')

/** Remembers what was derived from a schema. The derivation may ask for itself: it must then only keep the function. */
export const derived = <D>(derive: (shape: SolidShape) => D): ((schema: Schema<unknown>) => D) => {
  const known = new WeakMap<SolidShape, D>()
  return schema => {
    const shape = shapeOf(schema)
    const found = known.get(shape)
    if (found !== undefined) return found
    const made = derive(shape)
    known.set(shape, made)
    return made
  }
}
