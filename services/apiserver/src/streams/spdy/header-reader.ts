import { createInflate } from 'node:zlib'

/** Names that SPDY/3's compression expects to meet, each with its length before it (draft-mbelshe-httpbis-spdy-00, 2.6.10.1). */
const names =
  'options head post put delete trace accept accept-charset accept-encoding accept-language accept-ranges age allow ' +
  'authorization cache-control connection content-base content-encoding content-language content-length content-location ' +
  'content-md5 content-range content-type date etag expect expires from host if-match if-modified-since if-none-match ' +
  'if-range if-unmodified-since last-modified location max-forwards pragma proxy-authenticate proxy-authorization range ' +
  'referer retry-after server te trailer transfer-encoding upgrade user-agent vary via warning www-authenticate method get ' +
  'status 200_OK version HTTP/1.1 url public set-cookie keep-alive origin'

/** What follows them, run together. */
const phrases =
  '100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505' +
  '203 Non-Authoritative Information204 No Content301 Moved Permanently400 Bad Request401 Unauthorized403 Forbidden' +
  '404 Not Found500 Internal Server Error501 Not Implemented503 Service Unavailable' +
  'Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMT' +
  'chunked,text/html,image/png,image/jpg,image/gif,application/xml,application/xhtml+xml,text/plain,text/javascript,' +
  'publicprivatemax-age=gzip,deflate,sdchcharset=utf-8charset=iso-8859-1,utf-,*,enq=0.'

const prefixed = (text: string): Buffer => {
  const bytes = Buffer.alloc(4 + text.length)
  bytes.writeUInt32BE(text.length)
  bytes.write(text, 4, 'latin1')
  return bytes
}

const headerDictionary = Buffer.concat([
  ...names.split(' ').map(name => prefixed(name.replace('_', ' '))),
  Buffer.from(phrases, 'latin1'),
])

/**
 * Reads the header blocks of one connection, which form one zlib stream: call it with each block in the order of arrival and
 * wait for the answer before the next. Names are lower case. Rejects a block that isn't well formed.
 */
export const headerReader = (): ((block: Buffer) => Promise<ReadonlyMap<string, string>>) => {
  const inflate = createInflate({ dictionary: headerDictionary })
  let inflated: Buffer[] = []
  inflate.on('data', (chunk: Buffer) => inflated.push(chunk))
  return async block => {
    inflated = []
    await new Promise<void>((resolve, reject) => {
      inflate.once('error', reject)
      inflate.write(block, () => {
        inflate.off('error', reject)
        resolve()
      })
    })
    return pairsOf(Buffer.concat(inflated))
  }
}

const pairsOf = (bytes: Buffer): ReadonlyMap<string, string> => {
  const pairs = new Map<string, string>()
  let at = 4
  const text = (): string => {
    const length = bytes.readUInt32BE(at)
    at += 4 + length
    return bytes.toString('utf8', at - length, at)
  }
  for (let left = bytes.readUInt32BE(0); left > 0; left--) pairs.set(text(), text())
  return pairs
}
