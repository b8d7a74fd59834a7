/** RFC 3339 with seconds, as `metav1.Time` prints it. */
export const timeText = (milliseconds: number): string => new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z')

/** RFC 3339 with microseconds, as `metav1.MicroTime` prints it. */
export const microTimeText = (milliseconds: number): string =>
  new Date(milliseconds).toISOString().replace(/Z$/, '000Z')
