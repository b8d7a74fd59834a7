const mostOfInt32 = 2 ** 31 - 1

/**
 * A count as a status, or the size of a set, has room for it. Sums of what others wrote may be greater, and to be refused would be to say
 * nothing any more; in Go's controllers they come out negative, and are refused.
 */
export const asCount = (sum: number): number => Math.min(Math.max(0, sum), mostOfInt32)
