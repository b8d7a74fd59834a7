import type { Loss } from '@periplus/log-stream'

/** The same with one more: losses for the same reason are one. */
export const addLoss = (losses: readonly Loss[], { reason, lines, bytes }: Loss): readonly Loss[] => {
  const before = losses.find(each => each.reason === reason)
  const sum = { reason, lines: lines + (before?.lines ?? 0), bytes: bytes + (before?.bytes ?? 0) }
  return before ? losses.map(each => (each === before ? sum : each)) : [...losses, sum]
}
