import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { fieldError, linearPattern } from '@periplus/api'
import type { FieldError } from '@periplus/api'

const { invalid, required, tooMany } = fieldError

/** What is asked of the node's own logs, as Kubernetes' NodeLogQuery has it (KEP-2258). Times are milliseconds since the epoch. */
export interface LogQuery {
  /** Parts of the node that say something; none where a file is asked for. */
  readonly services: readonly string[]
  /** A path below the node's logs. */
  readonly file?: string
  readonly options: LogQueryOptions
}

export interface LogQueryOptions {
  readonly since?: number
  readonly until?: number
  /** How many of the last lines. */
  readonly tail?: number
  /** 0: since the machine was started; -1: in the life of it before that, and so on. */
  readonly boot?: number
  readonly pattern?: string
}

/** 400 for what cannot be read, 406 for what is not to be had. */
export interface LogQueryRefusal {
  readonly code: 400 | 406
  readonly text: string
}

const mostServices = 4
const longestService = 256
const mostTailLines = 100_000
const unsafeCharacters = /[^a-zA-Z\-_0-9@]/

const refused = (code: LogQueryRefusal['code'], errors: readonly FieldError[]): Either<LogQueryRefusal, never> =>
  E.left({ code, text: fieldError.aggregate(errors) })

/** What a node says of a file that is not there, and of one that is elsewhere. */
export const noSuchFile = (file: string): LogQueryRefusal => ({
  code: 406,
  text: fieldError.line(invalid('query', [file], `stat /var/log/${file}: no such file or directory`)),
})

const timestamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:\d\d)$/

const readTime = (name: string, text: string, errors: FieldError[]): number | undefined => {
  const time = timestamp.test(text) ? Date.parse(text.replace(',', '.')) : NaN
  if (!Number.isNaN(time)) return time
  errors.push(invalid(name, text, 'invalid time format'))
  return undefined
}

const readInteger = (name: string, text: string, errors: FieldError[]): number | undefined => {
  const number = /^[+-]?\d+$/.test(text) ? Number(text) : NaN
  if (Number.isSafeInteger(number)) return number
  const why = Number.isNaN(number) ? 'invalid syntax' : 'value out of range'
  errors.push(invalid(name, text, `strconv.Atoi: parsing ${JSON.stringify(text)}: ${why}`))
  return undefined
}

/** The query of a request's parameters; `undefined` where it has none of its words. */
export const readLogQuery = (parameters: URLSearchParams): Either<LogQueryRefusal, LogQuery | undefined> => {
  const errors: FieldError[] = []
  const read = <A>(name: string, as: (name: string, text: string, errors: FieldError[]) => A): A | undefined => {
    const text = parameters.get(name) ?? ''
    return text === '' ? undefined : as(name, text, errors)
  }
  const queries = parameters.getAll('query')
  const files = queries.filter(text => /[/\\]/.test(text))
  const services = queries.filter(text => !/[/\\]/.test(text) && text.trim() !== '')
  if (queries.length > 0 && files.length + services.length === 0)
    errors.push(invalid('query', queries, 'query cannot be empty'))
  const given = {
    since: read('sinceTime', readTime),
    until: read('untilTime', readTime),
    boot: read('boot', readInteger),
    tail: read('tailLines', readInteger),
    pattern: read('pattern', (_, text) => text),
  }
  if (errors.length > 0) return refused(400, errors)
  const options: LogQueryOptions = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  if (queries.length === 0 && Object.keys(options).length === 0) return E.right(undefined)
  const broken = faultsOf(services, files, options)
  if (broken.length > 0) return refused(406, broken)
  const [file] = files
  return E.right({ services, options, ...(file === undefined ? {} : { file: file.replaceAll('\\', '/') }) })
}

const serviceFaults = (services: readonly string[]): readonly FieldError[] => [
  ...services.flatMap(service => {
    if (service.length > longestService) return [invalid('query', service, 'length must be less than 100')]
    return unsafeCharacters.test(service) ? [invalid('query', service, 'input contains unsupported characters')] : []
  }),
  ...(services.length > mostServices ? [tooMany('query', services.length, mostServices)] : []),
]

const wantedFaults = (
  services: readonly string[],
  files: readonly string[],
  options: LogQueryOptions,
): readonly FieldError[] => {
  if (files.length + services.length === 0) return [required('query', 'cannot be empty with options')]
  if (files.length > 0 && services.length > 0)
    return [invalid('query', `[${files.join(' ')}], [${services.join(' ')}]`, 'cannot specify a file and service')]
  if (files.length > 1) return [invalid('query', files, 'cannot specify more than one file')]
  const hasOptions = Object.keys(options).length > 0
  return files.length === 1 && hasOptions ? [invalid('query', files, 'cannot specify file with options')] : []
}

const faultsOf = (
  services: readonly string[],
  files: readonly string[],
  options: LogQueryOptions,
): readonly FieldError[] => {
  const { since, until, boot, tail, pattern } = options
  const errors = [...serviceFaults(services), ...wantedFaults(services, files, options)]
  if (since !== undefined && until !== undefined && since > until)
    errors.push(invalid('untilTime', new Date(until).toISOString(), 'must be after `sinceTime`'))
  if (boot !== undefined && boot > 0) errors.push(invalid('boot', boot, 'must be less than 1'))
  if (tail !== undefined && (tail < 0 || tail > mostTailLines))
    errors.push(invalid('tailLines', tail, `must be between 0 and ${mostTailLines}, inclusive`))
  const compiled = pattern === undefined ? undefined : linearPattern(pattern)
  if (compiled && E.isLeft(compiled)) {
    const { left: fault } = compiled
    errors.push(invalid('pattern', pattern, fault.tag === 'Unreadable' ? fault.message : 'it is too large'))
  }
  return errors
}
