import { systemClock } from '@periplus/prelude'
import { outputLines } from '@periplus/service'
import { roleOutput } from '@periplus/cluster'
import type { Context } from '../context.ts'
import { grepPattern } from './grep-pattern.ts'
import type { LogsOptions } from './logs-request.ts'

/** Whether a word names a part of the cluster and not a pod. */
export const isRole = ({ home }: Pick<Context, 'home'>, word: string): boolean => roleOutput(home, word) !== undefined

/** What a part of the cluster says, from its files in the home: the one before the newest, then that; with `follow` what comes. */
export const roleLogs = async (
  { home, say }: Context,
  role: string,
  { grep, follow = false, tail }: Pick<LogsOptions, 'grep' | 'follow' | 'tail'>,
  signal: AbortSignal = new AbortController().signal,
): Promise<void> => {
  const { path = '', isOf = () => true } = roleOutput(home, role) ?? {}
  const hasPattern = grepPattern(grep)
  const following = follow ? { follow: { clock: systemClock, signal } } : {}
  let kept: string[] | undefined = tail === undefined ? undefined : []
  for await (const { lines, isCaughtUp } of outputLines({ path, ...following })) {
    const wanted = lines.filter(line => isOf(line) && hasPattern(line))
    if (kept) kept.push(...wanted)
    else for (const line of wanted) say(line)
    if (!kept || !isCaughtUp) continue
    for (const line of kept.slice(-Number(tail) || kept.length)) say(line)
    kept = undefined
  }
}
