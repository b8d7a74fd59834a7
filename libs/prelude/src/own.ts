/**
 * What a record itself holds under a key. For keys that somebody else chose: a plain `record[key]` also finds what every object
 * inherits, such as `constructor`.
 */
export const own = <A>(record: Readonly<Record<string, A>> | undefined, key: string): A | undefined =>
  record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined
