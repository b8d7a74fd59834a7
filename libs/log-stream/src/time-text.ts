const nanos = 1_000_000_000n

/** RFC 3339 with nine digits of a second, as the runtime writes it. */
export const timeText = (time: bigint): string => {
  const seconds = new Date(Number(time / nanos) * 1000).toISOString().slice(0, -'.000Z'.length)
  return `${seconds}.${String(time % nanos).padStart(9, '0')}Z`
}
