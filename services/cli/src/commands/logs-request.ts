import { formatDuration, parseDuration } from '@periplus/api'
import { CannotGoOn } from '@periplus/cluster'
import { E } from '@periplus/prelude'
import { belowMoment } from '../past/resources.ts'
import { namedObject } from './open.ts'
import { momentIfAny } from './since.ts'

export interface LogsOptions {
  readonly namespace: string
  readonly container?: string
  readonly selector?: string
  readonly at?: string
  readonly since?: string
  readonly tail?: string
  readonly grep?: string
  readonly follow?: boolean
  readonly previous?: boolean
  readonly json?: boolean
  readonly timestamps?: boolean
  readonly gaps?: boolean
  readonly withEvents?: boolean
}

interface Scope {
  readonly pod: string | undefined
  readonly query: Readonly<Record<string, string>>
}

/** Whose lines: a pod's, or those of several. */
const scopeOf = (target: string | undefined, { namespace, selector }: LogsOptions): Scope => {
  if (target === undefined) return { pod: undefined, query: selector === undefined ? {} : { labelSelector: selector } }
  const { kind, ref } = namedObject(target.includes('/') ? target : `pod/${target}`, namespace)
  if (kind.kind === 'Pod') return { pod: ref.name, query: {} }
  return { pod: undefined, query: { owner: `${kind.kind}/${ref.name}` } }
}

/** The path at the API server that answers, and whether lines of several pods may come. */
export const logsRequest = (
  target: string | undefined,
  options: LogsOptions,
): { readonly path: string; readonly isOfSeveral: boolean } => {
  if (target === undefined && options.selector === undefined)
    throw new CannotGoOn('say whose lines: pod/NAME, deployment/NAME, or -l SELECTOR')
  if (options.at !== undefined && options.follow) throw new CannotGoOn('what is past cannot be followed')
  const { pod, query } = scopeOf(target, options)
  const { container, at, follow, previous, tail, withEvents } = options
  const parameters = new URLSearchParams({
    ...{ source: 'stream', format: 'json', ...query, ...sinceOf(options.since) },
    ...(container === undefined ? {} : { container }),
    ...(follow ? { follow: 'true' } : {}),
    ...(previous ? { previous: 'true' } : {}),
    ...(tail === undefined ? {} : { tailLines: tail }),
    ...(withEvents ? { events: 'true' } : {}),
  })
  const namespace = encodeURIComponent(options.namespace)
  return {
    path: `${belowMoment(momentIfAny(at))}/api/v1/namespaces/${namespace}/pods/${encodeURIComponent(pod ?? '-')}/log?${parameters}`,
    isOfSeveral: pod === undefined,
  }
}

/** `10m` or a time. */
const sinceOf = (text: string | undefined): Record<string, string> => {
  if (text === undefined) return {}
  const duration = parseDuration(text)
  if (E.isRight(duration)) {
    if (duration.right < 1000) throw new CannotGoOn(`--since ${formatDuration(duration.right)}: a second is the least`)
    return { sinceSeconds: String(Math.ceil(duration.right / 1000)) }
  }
  if (Number.isNaN(Date.parse(text))) throw new CannotGoOn(`'${text}' is neither a duration, such as 10m, nor a time`)
  return { sinceTime: new Date(Date.parse(text)).toISOString() }
}
