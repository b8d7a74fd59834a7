/** RFC 3339 with seconds, as `metav1.Time` prints it. */
export const timestamp = (milliseconds: number): string => `${new Date(milliseconds).toISOString().slice(0, 19)}Z`
