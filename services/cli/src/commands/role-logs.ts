import { systemClock } from '@periplus/prelude'
import { outputLines } from '@periplus/service'
import { isUnitOf, roleOutput } from '@periplus/cluster'
import type { Context } from '../context.ts'
import { grepPattern } from './grep-pattern.ts'
import { journalLines, unitsInJournal } from './journal-lines.ts'
import type { LogsOptions } from './logs-request.ts'

/** Whether a word names a part of the cluster and not a pod. */
export const isRole = ({ home }: Pick<Context, 'home'>, word: string): boolean => roleOutput(home, word) !== undefined

/**
 * What a part of the cluster says: in its files in the home, from the oldest to the newest; then, of copies that systemd runs, in
 * the machine's journal. `tail`: the last lines of each; with `follow` what comes, of all as it comes.
 */
export const roleLogs = async (
  { home, say }: Context,
  role: string,
  { grep, follow = false, tail }: Pick<LogsOptions, 'grep' | 'follow' | 'tail'>,
  signal: AbortSignal = new AbortController().signal,
): Promise<void> => {
  const { path = '', isOf = () => true } = roleOutput(home, role) ?? {}
  const hasPattern = grepPattern(grep)
  const most = Number(tail)
  const show = async (parts: ReturnType<typeof outputLines>): Promise<void> => {
    let kept: string[] | undefined = tail === undefined ? undefined : []
    for await (const { lines, isCaughtUp } of parts) {
      const wanted = lines.filter(line => isOf(line) && hasPattern(line))
      if (kept) kept = most > 0 ? [...kept, ...wanted].slice(-most) : []
      else for (const line of wanted) say(line)
      if (!kept || !isCaughtUp) continue
      for (const line of kept) say(line)
      kept = undefined
    }
  }
  const units = (await unitsInJournal()).filter(unit => isUnitOf(role, unit))
  const files = show(outputLines({ path, ...(follow ? { follow: { clock: systemClock, signal } } : {}) }))
  if (!follow) await files
  if (units.length > 0) await show(journalLines(units, follow, signal))
  await files
}
