const nanosecondsInSecond = 1_000_000_000n

/** The newest second that was written: lines of logs come by the thousand in one. */
const lastSecond = { second: NaN, text: '' }

const secondText = (second: number): string => {
  if (lastSecond.second !== second) {
    lastSecond.text = new Date(second * 1000).toISOString().slice(0, 19)
    lastSecond.second = second
  }
  return lastSecond.text
}

/** Nanoseconds since the Unix epoch in RFC 3339, in UTC with nine digits of a second, as container runtimes write it. */
export const nanoTimeText = (time: bigint): string => {
  const second = time / nanosecondsInSecond
  const fraction = Number(time - second * nanosecondsInSecond)
  return `${secondText(Number(second))}.${String(fraction).padStart(9, '0')}Z`
}
