/** Whether a JSON value nests deeper than `limit` lists and objects. What comes of a patch was never text, of which reading would have told. */
export const nestsDeeper = (value: unknown, limit: number): boolean => {
  if (typeof value !== 'object' || value === null) return false
  if (limit <= 0) return true
  if (Array.isArray(value)) return value.some(element => nestsDeeper(element, limit - 1))
  for (const key in value) if (nestsDeeper((value as Readonly<Record<string, unknown>>)[key], limit - 1)) return true
  return false
}
