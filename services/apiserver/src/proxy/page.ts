import type { IncomingMessage } from 'node:http'
import { promisify } from 'node:util'
import { deflateRaw, gunzip, gzip, inflateRaw } from 'node:zlib'

/** A page that is larger, decoded or not, is handed on as it is, links and all. */
const largestPage = 8 * 1024 * 1024

/** How a page's bytes are compressed. */
export type Coding = 'gzip' | 'deflate' | 'identity'

/** A page as text, or what was read of one that cannot be had so. */
export type Page =
  | { readonly tag: 'Text'; readonly text: string; readonly coding: Coding }
  | { readonly tag: 'AsItIs'; readonly read: readonly Uint8Array[] }

const codingOf = (header: string | undefined): Coding | undefined => {
  if (header === undefined || header === '' || header === 'identity') return 'identity'
  return header === 'gzip' || header === 'deflate' ? header : undefined
}

const decoders = { gzip: promisify(gunzip), deflate: promisify(inflateRaw) }
const encoders = { gzip: promisify(gzip), deflate: promisify(deflateRaw) }

/** Reads an answer that is a page. What is compressed otherwise, or too large, or broken, stays as it is. */
export const decodedPage = async (response: IncomingMessage): Promise<Page> => {
  const coding = codingOf(response.headers['content-encoding'])
  if (!coding) return { tag: 'AsItIs', read: [] }
  const read: Uint8Array[] = []
  let size = 0
  while (size <= largestPage) {
    const chunk = await nextOf(response)
    if (chunk === undefined) return textOf(read, coding)
    read.push(chunk)
    size += chunk.length
  }
  return { tag: 'AsItIs', read }
}

/** The next bytes; `undefined` at the end, or where the server behind the proxy has broken off. */
const nextOf = (response: IncomingMessage): Promise<Uint8Array | undefined> =>
  new Promise(resolve => {
    const look = (): void => {
      const chunk = response.read() as Uint8Array | null
      if (chunk !== null) finish(chunk)
      else if (response.readableEnded || response.destroyed) finish(undefined)
    }
    const end = (): void => finish(undefined)
    const finish = (chunk: Uint8Array | undefined): void => {
      response.off('readable', look).off('end', end).off('close', end).off('error', end)
      resolve(chunk)
    }
    response.on('readable', look).on('end', end).on('close', end).on('error', end)
    look()
  })

const textOf = async (read: readonly Uint8Array[], coding: Coding): Promise<Page> => {
  const bytes = Buffer.concat(read)
  if (coding === 'identity') return { tag: 'Text', text: bytes.toString('latin1'), coding }
  try {
    const decoded = await decoders[coding](bytes, { maxOutputLength: largestPage })
    return { tag: 'Text', text: decoded.toString('latin1'), coding }
  } catch {
    return { tag: 'AsItIs', read }
  }
}

/** The bytes of a page whose text was read so: every byte of it is a character, whatever alphabet it is written in. */
export const encodedPage = async (text: string, coding: Coding): Promise<Buffer> => {
  const bytes = Buffer.from(text, 'latin1')
  return coding === 'identity' ? bytes : encoders[coding](bytes)
}
