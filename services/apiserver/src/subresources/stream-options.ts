import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { badRequest, fieldError } from '@periplus/api'
import type { FieldError, Refusal } from '@periplus/api'
import type { LogOptions, StreamOptions } from '../ports.ts'
import { booleanParameter } from '../request/request-info.ts'

const integer = (query: URLSearchParams, name: string): Either<Refusal, number | undefined> => {
  const value = query.get(name)
  if (value === null || value === '') return E.right(undefined)
  return /^[+-]?\d{1,18}$/.test(value)
    ? E.right(Number(value))
    : E.left(badRequest(`strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`))
}

/**
 * `PodLogOptions` of a query, by the rules of `ValidatePodLogOptions`; the container is chosen by the caller. Where records are asked
 * for and no files, the last lines may be those of one stream.
 */
export const parseLogOptions = (
  query: URLSearchParams,
  pod: string,
  isOfRecords = false,
): Either<Refusal, Omit<LogOptions, 'container'>> => {
  const sinceSeconds = integer(query, 'sinceSeconds')
  if (E.isLeft(sinceSeconds)) return sinceSeconds
  const tailLines = integer(query, 'tailLines')
  if (E.isLeft(tailLines)) return tailLines
  const limitBytes = integer(query, 'limitBytes')
  if (E.isLeft(limitBytes)) return limitBytes
  const sinceTime = query.get('sinceTime') || undefined
  const stream = query.get('stream') || 'All'
  const errors: FieldError[] = []
  if (tailLines.right !== undefined && tailLines.right < 0)
    errors.push(fieldError.invalid('tailLines', tailLines.right, 'must be greater than or equal to 0'))
  if (limitBytes.right !== undefined && limitBytes.right < 1)
    errors.push(fieldError.invalid('limitBytes', limitBytes.right, 'must be greater than 0'))
  if (sinceSeconds.right !== undefined && sinceTime !== undefined)
    errors.push(fieldError.forbidden('', 'at most one of `sinceTime` or `sinceSeconds` may be specified'))
  if (sinceSeconds.right !== undefined && sinceSeconds.right < 1)
    errors.push(fieldError.invalid('sinceSeconds', sinceSeconds.right, 'must be greater than 0'))
  if (sinceTime !== undefined && Number.isNaN(Date.parse(sinceTime)))
    errors.push(fieldError.invalid('sinceTime', sinceTime, 'must be an RFC 3339 time'))
  if (stream !== 'All' && stream !== 'Stdout' && stream !== 'Stderr')
    errors.push(fieldError.notSupported('stream', stream, ['All', 'Stdout', 'Stderr']))
  if (stream !== 'All' && tailLines.right !== undefined && !isOfRecords)
    errors.push(fieldError.forbidden('', '`tailLines` and specific `stream` are mutually exclusive for now'))
  if (errors.length > 0)
    return E.left({
      tag: 'Invalid',
      target: { group: '', resource: 'pods', name: pod, kind: 'PodLogOptions' },
      causes: errors,
    })
  return E.right({
    follow: booleanParameter(query, 'follow'),
    previous: booleanParameter(query, 'previous'),
    timestamps: booleanParameter(query, 'timestamps'),
    stream,
    ...(sinceSeconds.right === undefined ? {} : { sinceSeconds: sinceSeconds.right }),
    ...(sinceTime === undefined ? {} : { sinceTime }),
    ...(tailLines.right === undefined ? {} : { tailLines: tailLines.right }),
    ...(limitBytes.right === undefined ? {} : { limitBytes: limitBytes.right }),
  })
}

/** `PodExecOptions` and `PodAttachOptions`; the container is chosen by the caller. */
export const parseExecOptions = (
  tag: 'Exec' | 'Attach',
  query: URLSearchParams,
): Either<Refusal, Omit<Extract<StreamOptions, { tag: 'Exec' | 'Attach' }>, 'container'>> => {
  const stdin = booleanParameter(query, 'stdin')
  const tty = booleanParameter(query, 'tty')
  const stdout = booleanParameter(query, 'stdout')
  // A terminal has one stream of output.
  const stderr = booleanParameter(query, 'stderr') && !tty
  const command = query.getAll('command')
  if (!stdin && !stdout && !stderr) return E.left(badRequest('you must specify at least 1 of stdin, stdout, stderr'))
  if (tag === 'Exec' && command.length === 0)
    return E.left(badRequest('you must specify at least one command for the container'))
  return E.right({ tag, command: tag === 'Exec' ? command : [], stdin, stdout, stderr, tty })
}

/** `PodPortForwardOptions`: over SPDY the streams name the ports, over WebSocket the query does. */
export const parsePortForwardOptions = (query: URLSearchParams): Either<Refusal, StreamOptions> => {
  const ports: number[] = []
  for (const value of query.getAll('ports').flatMap(text => text.split(','))) {
    const port = Number(value)
    if (!/^\d{1,5}$/.test(value) || port < 1 || port > 65535)
      return E.left(badRequest(`unable to parse ${JSON.stringify(value)} as a port`))
    ports.push(port)
  }
  return E.right({ tag: 'PortForward', ports })
}
