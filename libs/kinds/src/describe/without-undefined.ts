/** The object without keys whose value is undefined: JSON and equality know no such keys. */
export const withoutUndefined = <A extends object>(value: A): A =>
  Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as A
