import { createReadStream, existsSync, statSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as later } from 'node:timers/promises'
import { roleOutput } from '@periplus/cluster'
import type { Context } from '../context.ts'
import { grepPattern } from './grep-pattern.ts'
import type { LogsOptions } from './logs-request.ts'

/** Whether a word names a part of the cluster and not a pod. */
export const isRole = ({ home }: Pick<Context, 'home'>, word: string): boolean => roleOutput(home, word) !== undefined

const lookMilliseconds = 500

/** What a part of the cluster says, from its files in the home: the one before the newest, then that; with `follow` what comes. */
export const roleLogs = async (
  { home, say }: Context,
  role: string,
  { grep, follow = false, tail }: Pick<LogsOptions, 'grep' | 'follow' | 'tail'>,
): Promise<void> => {
  const { path: file = '', component } = roleOutput(home, role) ?? {}
  const hasPattern = grepPattern(grep)
  const isWanted = (line: string): boolean =>
    (component === undefined || line.includes(`"component":"${component}`)) && hasPattern(line)
  const lines: string[] = []
  for (const path of [`${file}.1`, file])
    for await (const line of linesOf(path, 0)) if (isWanted(line)) lines.push(line)
  for (const line of tail === undefined ? lines : lines.slice(-Number(tail) || lines.length)) say(line)
  let at = sizeOf(file)
  while (follow) {
    await later(lookMilliseconds)
    const size = sizeOf(file)
    // It has begun anew.
    if (size < at) at = 0
    if (size === at) continue
    for await (const line of linesOf(file, at, size)) if (isWanted(line)) say(line)
    at = size
  }
}

const sizeOf = (path: string): number => (existsSync(path) ? statSync(path).size : 0)

async function* linesOf(path: string, start: number, end = Infinity): AsyncGenerator<string> {
  if (!existsSync(path)) return
  yield* createInterface({ input: createReadStream(path, { start, ...(end === Infinity ? {} : { end: end - 1 }) }) })
}
