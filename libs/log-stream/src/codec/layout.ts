/**
 * A frame, version 1. Numbers are LEB128 unless said otherwise, texts are a length and UTF-8.
 *
 *     byte     version, 1
 *     byte     flags: 1 the rows are deflated (RFC 1951), 2 the run has ended
 *     texts    node, namespace, pod, podUid, container, rule (empty: none)
 *     numbers  restart, objectSequence, from, to - from + 1
 *     number   losses, each: number reason (index in `lossReasons`), number lines, number bytes
 *     number   rows
 *     number   bytes of the rows before deflating; the rest of the frame is the rows
 *
 * A row is a line:
 *
 *     number   length of the line * 16 + flags: 1 stderr, 2 partial, 4 numbers were lost before it, 8 its time stands alone
 *     number   with 4: how many numbers before it are nobody's (since the row before, or since `from`)
 *     number   nanoseconds since the row before; with 8: seconds since the epoch, and a number of nanoseconds
 *     bytes    the line
 *
 * The first row's time stands alone, and so does one before the time of the row ahead of it.
 */
export const frameVersion = 1

export const frameFlags = { deflated: 1, ended: 2 } as const

export const rowFlags = { stderr: 1, partial: 2, skips: 4, ownTime: 8 } as const
export const rowFlagBits = 16

/** The most of a line that one record holds; what is longer goes on in the next record. */
export const longestLine = 2 ** 20

/** A frame that has reached so many bytes of rows is full. */
export const fullFrameBytes = 256 * 1024

/** One line more than full, and no frame has more rows than bytes. */
export const mostRowBytes = fullFrameBytes + longestLine + 64
export const mostRows = 2 ** 16

export const nanosPerSecond = 1e9
