import { isRecord } from '../json/json-value.ts'
import type { ListType, MapType, MergeType } from './merge-type.ts'

/** What a value of a type is made of, given the value where the type leaves that open. */
export type Form =
  /** One thing: a scalar, or a list or an object that is owned as a whole. */
  | { readonly tag: 'leaf' }
  | { readonly tag: 'list'; readonly type: ListType }
  | { readonly tag: 'map'; readonly type: MapType }

/** What has no parts that could be owned apart from it. */
export const leaf: Form = { tag: 'leaf' }

/** What has parts. */
export type Parted = Exclude<Form, { readonly tag: 'leaf' }>

const anyMembers: MapType = {
  tag: 'map',
  atomic: false,
  named: () => undefined,
  other: { tag: 'any', atomic: false },
  always: [],
}

/** `undefined` and `null` take whatever form the type has. */
export const formOf = (type: MergeType, value: unknown): Form => {
  switch (type.tag) {
    case 'scalar':
      return leaf
    case 'list':
      return type.relation === 'atomic' ? leaf : { tag: 'list', type }
    case 'map':
      return type.atomic ? leaf : { tag: 'map', type }
    case 'any':
      return !type.atomic && isRecord(value) ? { tag: 'map', type: anyMembers } : leaf
  }
}

/** The form that two values have together: what one is made of, the other is held against, where it is anything at all. */
export const formOfBoth = (type: MergeType, before: unknown, after: unknown): Form => {
  if (after === undefined || after === null) return formOf(type, before)
  if (before === undefined || before === null) return formOf(type, after)
  const [mine, other] = [formOf(type, before), formOf(type, after)]
  return mine.tag === other.tag ? other : leaf
}

/** The members of an object; none of what is no object. */
export const membersOf = (value: unknown): Readonly<Record<string, unknown>> => (isRecord(value) ? value : {})

/** The elements of a list; none of what is no list. */
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/** Whether nothing is in it that could be owned apart from it: then it is owned itself. */
export const isHollow = (form: Form, value: unknown): boolean => {
  if (form.tag === 'list') return listOf(value).length === 0
  for (const key in membersOf(value)) if (membersOf(value)[key] !== undefined) return false
  return true
}
