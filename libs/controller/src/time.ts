/** RFC 3339 with seconds, as `metav1.Time` is written; `milliseconds` since the epoch. */
export const timestamp = (milliseconds: number): string => `${new Date(milliseconds).toISOString().slice(0, 19)}Z`

/** Milliseconds since the epoch; `undefined` for what is absent or not a time. */
export const millisecondsOf = (time: string | undefined): number | undefined => {
  const parsed = time === undefined ? Number.NaN : Date.parse(time)
  return Number.isNaN(parsed) ? undefined : parsed
}
