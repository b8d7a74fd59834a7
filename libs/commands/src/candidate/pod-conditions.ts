import { asJson } from './json.ts'

/** The conditions with this one in the place of an earlier one of its type. */
export const withCondition = (conditions: unknown, condition: { readonly type: string }): readonly unknown[] => {
  const others = Array.isArray(conditions) ? conditions.filter(other => asJson(other)['type'] !== condition.type) : []
  return [...others, condition]
}
