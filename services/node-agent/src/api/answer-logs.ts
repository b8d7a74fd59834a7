import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { E, linkedAbort } from '@periplus/prelude'
import { answerQuery } from '../node-logs/answer-query.ts'
import type { NodeLogs } from '../node-logs/answer-query.ts'
import { logFile } from '../node-logs/log-files.ts'
import { readLogQuery } from '../node-logs/log-query.ts'
import type { LogQuery } from '../node-logs/log-query.ts'
import { notFound, plain, write } from './page.ts'

/** As long as a kubelet takes for a query at most. */
const queryMilliseconds = 30_000

/** `/logs/`: a file or a directory of the node's logs, or what `?query=` asks for (NodeLogQuery). `path`: as the request has it. */
export const answerLogs = async (
  logs: NodeLogs,
  path: string,
  query: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const read = readLogQuery(new URLSearchParams(query))
  if (E.isLeft(read)) return write(plain(read.left.code, `${read.left.text}\n`), request, response)
  if (read.right === undefined) return answerFile(logs, path, request, response)
  if (path !== '') return write(plain(406, 'path not allowed in query mode\n'), request, response)
  await answerFor(logs, read.right, request, response)
}

const decoded = (path: string): string | undefined => {
  try {
    return decodeURIComponent(path)
  } catch {
    return undefined
  }
}

const answerFile = async (
  { directory }: NodeLogs,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const wanted = decoded(path)
  const found = wanted === undefined ? undefined : await logFile(directory, wanted)
  if (found?.tag === 'Directory')
    return write({ code: 200, contentType: 'text/html; charset=utf-8', body: found.html }, request, response)
  if (found?.tag !== 'File') return write(notFound, request, response)
  response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8', 'content-length': found.length })
  await send(found.content, request, response)
}

const answerFor = async (
  logs: NodeLogs,
  query: LogQuery,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const over = linkedAbort(AbortSignal.timeout(queryMilliseconds))
  response.once('close', () => over.abort())
  const answer = await answerQuery(logs, query, over.signal)
  if (E.isLeft(answer)) return write(plain(answer.left.code, `${answer.left.text}\n`), request, response)
  response.writeHead(200, { 'content-type': 'text/plain;charset=UTF-8' })
  await send(answer.right, request, response, over.signal)
}

/** A client that goes, or an answer that takes too long, ends the reading. */
const send = async (
  content: Readable,
  { method }: IncomingMessage,
  response: ServerResponse,
  signal?: AbortSignal,
): Promise<void> => {
  if (method !== 'HEAD') return pipeline(content, response, signal ? { signal } : {})
  content.destroy()
  response.end()
}
