import type { Context } from '../context.ts'
import { withServer } from '../past/open-server.ts'
import { logJson, logLine } from '../views/log-line.ts'
import type { LineStyle, LogEntry } from '../views/log-line.ts'
import { grepPattern } from './grep-pattern.ts'
import { logsRequest } from './logs-request.ts'
import type { LogsOptions } from './logs-request.ts'
import { isRole, roleLogs } from './role-logs.ts'

/** `logs`: lines from the stream, of pods that are gone too, by the rights of the kubeconfig's user; or what a part of the cluster says. */
export const logs = async (context: Context, target: string | undefined, options: LogsOptions): Promise<void> => {
  if (target !== undefined && isRole(context, target)) return roleLogs(context, target, options)
  const { path, isOfSeveral } = logsRequest(target, options)
  const style = { timestamps: options.timestamps ?? false, names: isOfSeveral, colours: false }
  await printEntries(context, path, options, style)
}

/** `tail`: the live view over many pods. */
export const tail = async (context: Context, target: string | undefined, options: LogsOptions): Promise<void> => {
  const everybody = target === undefined && options.selector === undefined ? { selector: '' } : {}
  const { path } = logsRequest(target, { tail: '10', ...options, ...everybody, follow: true })
  const colours = process.stdout.isTTY && process.env['NO_COLOR'] === undefined
  await printEntries(context, path, options, { timestamps: options.timestamps ?? false, names: true, colours })
}

const printEntries = (context: Context, path: string, options: LogsOptions, style: LineStyle): Promise<void> => {
  const isWanted = wanted(options)
  return withServer(context, async client => {
    const stop = new AbortController()
    let said = 0
    process.once('SIGINT', () => stop.abort())
    for await (const value of client.lines(path, stop.signal)) {
      const entry = value as LogEntry
      if (!isWanted(entry)) continue
      context.say(options.json ? logJson(entry) : logLine(entry, style))
      said++
    }
    if (said === 0 && !stop.signal.aborted) context.note(`nothing of the kind is in namespace ${options.namespace}`)
  })
}

const wanted = ({ grep, gaps, withEvents }: LogsOptions): ((entry: LogEntry) => boolean) => {
  const hasPattern = grepPattern(grep)
  return ({ text, lost, event }) => {
    if (gaps) return lost !== undefined
    if (lost || event) return lost !== undefined || withEvents === true
    return grep === undefined || (text !== undefined && hasPattern(text))
  }
}
