import type { Duplex, Readable } from 'node:stream'
import { E } from '@periplus/prelude'
import type { ContainerStream, StreamRequest } from '../container-runtime.ts'
import { failed } from '../refusals.ts'
import type { Outcome } from '../refusals.ts'
import { connectSpdy } from './spdy-connection.ts'

/** Version 4 reports exit codes as a `Status` on the error stream. */
const remoteCommand = 'v4.channel.k8s.io'

/** Opens the streams of an exec or attach at the URL that CRI gave; in the order in which Kubernetes' clients open them. */
export const openStreams = async (url: string, request: StreamRequest): Promise<Outcome<ContainerStream>> => {
  const connected = await connectSpdy(url, remoteCommand)
  if (E.isLeft(connected)) return connected
  const connection = connected.right
  const open = (streamType: string) => connection.open({ streamType })
  const inbound = (streamType: string): Duplex => open(streamType).end()

  const error = inbound('error')
  const stdin = request.stdin ? open('stdin') : undefined
  const stdout = request.stdout ? inbound('stdout') : undefined
  const stderr = request.stderr && !request.tty ? inbound('stderr') : undefined
  const resize = request.tty ? open('resize') : undefined
  // Nobody reads what comes back on these; left unread, they would never end.
  stdin?.resume()
  resize?.resume()

  const exit = textOf(error).then(text => {
    resize?.end()
    connection.close()
    return exitOf(text)
  })
  return E.right({
    stdin,
    stdout,
    stderr,
    resize: (columns, rows) => void resize?.write(`${JSON.stringify({ Width: columns, Height: rows })}\n`),
    exit,
    close: () => connection.close(),
  })
}

/** A byte stream to a port inside the sandbox; a refused connection destroys it with the runtime's text. */
export const openPort = async (url: string, port: number): Promise<Outcome<Duplex>> => {
  const connected = await connectSpdy(url, 'portforward.k8s.io')
  if (E.isLeft(connected)) return connected
  const connection = connected.right
  const headers = { port: String(port), requestID: '0' }
  const error = connection.open({ streamType: 'error', ...headers }).end()
  // Both end at once where nobody listens: the data must not look as if it had ended well before it is known whether it did.
  const told = textOf(error)
  const data = connection.open({ streamType: 'data', ...headers }, told)
  data.on('close', () => connection.close())
  void told.then(text => {
    if (text !== '') data.destroy(new Error(text))
  })
  return E.right(data)
}

const textOf = async (stream: Readable): Promise<string> => {
  let text = ''
  stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  await new Promise(resolve => stream.on('end', resolve).on('close', resolve))
  return text
}

interface Status {
  readonly status?: string
  readonly reason?: string
  readonly message?: string
  readonly details?: { readonly causes?: readonly { readonly reason?: string; readonly message?: string }[] }
}

const exitOf = (text: string): Outcome<{ readonly exitCode: number }> => {
  if (text === '') return failed('the stream was closed before the command ended')
  const status = readStatus(text)
  if (status?.status === 'Success') return E.right({ exitCode: 0 })
  const code = status?.details?.causes?.find(({ reason }) => reason === 'ExitCode')?.message
  if (status?.reason === 'NonZeroExitCode' && code !== undefined) return E.right({ exitCode: Number(code) })
  return failed(status?.message ?? text)
}

const readStatus = (text: string): Status | undefined => {
  try {
    return JSON.parse(text) as Status
  } catch {
    return undefined
  }
}
