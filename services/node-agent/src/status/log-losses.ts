import type { Loss } from '@periplus/log-stream'

/** Says that lines of a pod are missing in the log stream. */
export const logLossCondition = 'periplus.io/LogsLost'

/** The condition's reason and message; `undefined` where nothing was lost. Changes seldom, however much is lost. */
export const logLossVerdict = (
  losses: readonly Loss[],
): { readonly status: 'True'; readonly reason: string; readonly message: string } | undefined => {
  const [first] = losses
  if (!first) return undefined
  const words = losses.map(({ reason, lines, bytes }) => `${reason}: ${amountText(lines, bytes)}`)
  return {
    status: 'True',
    reason: first.reason,
    message: `lines of this pod are not in the log stream: ${words.join('; ')}`,
  }
}

const amountText = (lines: number, bytes: number): string => {
  if (lines > 0) return `${roughly(lines)} lines`
  return bytes > 0 ? `${roughly(bytes)} bytes` : 'nobody knows how many'
}

/** The first digit is said, so that a pod's status is written a few times for each power of ten. */
const roughly = (count: number): string => {
  if (count < 10) return String(count)
  const power = 10 ** Math.floor(Math.log10(count))
  return `at least ${Math.floor(count / power) * power}`
}
