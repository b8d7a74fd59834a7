/** Attributes that hold URLs, by element: those of HTML 4 and 5. */
const urlAttributes: Readonly<Record<string, readonly string[]>> = {
  a: ['href'],
  applet: ['codebase'],
  area: ['href'],
  audio: ['src'],
  base: ['href'],
  blockquote: ['cite'],
  body: ['background'],
  button: ['formaction'],
  command: ['icon'],
  del: ['cite'],
  embed: ['src'],
  form: ['action'],
  frame: ['longdesc', 'src'],
  head: ['profile'],
  html: ['manifest'],
  iframe: ['longdesc', 'src'],
  img: ['longdesc', 'src', 'usemap'],
  input: ['src', 'usemap', 'formaction'],
  ins: ['cite'],
  link: ['href'],
  object: ['classid', 'codebase', 'data', 'usemap'],
  q: ['cite'],
  script: ['src'],
  source: ['src'],
  video: ['poster', 'src'],
}

/** Elements whose content is no markup. */
const rawElements: ReadonlySet<string> = new Set([
  'script',
  'style',
  'textarea',
  'title',
  'xmp',
  'iframe',
  'noembed',
  'noframes',
])

/** What stands before the path, the path, and query and fragment; of text that has a scheme but no host, the path is empty. */
const splitUrl = (url: string): { readonly host: string | undefined; readonly path: string; readonly rest: string } => {
  const scheme = /^[A-Za-z][A-Za-z0-9+.-]{0,63}:/.exec(url)?.[0] ?? ''
  const afterScheme = url.slice(scheme.length)
  const hasHost = afterScheme.startsWith('//')
  const hostEnd = hasHost ? afterScheme.slice(2).search(/[/?#]/) : -1
  const host = hasHost ? afterScheme.slice(2, hostEnd < 0 ? undefined : hostEnd + 2) : undefined
  const afterHost = hasHost ? (hostEnd < 0 ? '' : afterScheme.slice(hostEnd + 2)) : afterScheme
  const pathEnd = afterHost.search(/[?#]/)
  const path = pathEnd < 0 ? afterHost : afterHost.slice(0, pathEnd)
  return { host, path: scheme !== '' && !hasHost ? '' : path, rest: pathEnd < 0 ? '' : afterHost.slice(pathEnd) }
}

/**
 * A URL that leads to the proxied server's own root, as seen through the proxy: below `prefix`. Others' URLs and relative ones stay as
 * they are. `hosts`: what the server itself may be called, as clients or the proxy know it.
 */
export const rewriteUrl = (url: string, prefix: string, hosts: readonly string[]): string => {
  const { host, path, rest } = splitUrl(url)
  if ((host !== undefined && host !== '' && !hosts.includes(host)) || !path.startsWith('/')) return url
  return path.startsWith(prefix) ? `${path}${rest}` : `${prefix}${path}${rest}`
}

const isSpace = (character: string | undefined): boolean =>
  character === ' ' || character === '\n' || character === '\t' || character === '\r' || character === '\f'

const isLetter = (character: string | undefined): boolean => character !== undefined && /[a-zA-Z]/.test(character)

/** HTML in which the URLs of links, images and the like are rewritten; nothing else of it changes. Takes time in proportion to its length. */
export const rewriteHtml = (html: string, rewrite: (url: string) => string): string => {
  const out: string[] = []
  let copied = 0
  let at = 0
  const upTo = (text: string, from: number): number => {
    const found = html.indexOf(text, from)
    return found < 0 ? html.length : found + text.length
  }
  const lower = html.toLowerCase()
  while (at < html.length) {
    const open = html.indexOf('<', at)
    if (open < 0) break
    if (html.startsWith('<!--', open)) {
      at = upTo('-->', open + 4)
      continue
    }
    if (!isLetter(html[open + 1])) {
      at = open + 1
      continue
    }
    let i = open + 1
    while (i < html.length && !isSpace(html[i]) && html[i] !== '>' && html[i] !== '/') i++
    const element = lower.slice(open + 1, i)
    const wanted = Object.hasOwn(urlAttributes, element) ? urlAttributes[element] : undefined
    while (i < html.length && html[i] !== '>') {
      if (isSpace(html[i]) || html[i] === '/') {
        i++
        continue
      }
      const nameStart = i
      while (
        i < html.length &&
        !isSpace(html[i]) &&
        html[i] !== '=' &&
        html[i] !== '>' &&
        (html[i] !== '/' || i === nameStart)
      )
        i++
      if (i === nameStart) i++
      const name = lower.slice(nameStart, i)
      let j = i
      while (isSpace(html[j])) j++
      if (html[j] !== '=') continue
      j++
      while (isSpace(html[j])) j++
      const quote = html[j] === '"' || html[j] === "'" ? html[j] : undefined
      const start = quote === undefined ? j : j + 1
      let end = start
      if (quote !== undefined) {
        const close = html.indexOf(quote, start)
        end = close < 0 ? html.length : close
      } else while (end < html.length && !isSpace(html[end]) && html[end] !== '>') end++
      if (wanted?.includes(name)) {
        const value = html.slice(start, end)
        const before = value.trim().replaceAll('&amp;', '&')
        const after = rewrite(before)
        if (after !== before) {
          out.push(
            html.slice(copied, start),
            after.replaceAll('&', '&amp;').replaceAll(quote === "'" ? "'" : '"', quote === "'" ? '&#39;' : '&#34;'),
          )
          copied = end
        }
      }
      i = quote === undefined ? end : Math.min(end + 1, html.length)
    }
    at = Math.min(i + 1, html.length)
    if (rawElements.has(element)) {
      const close = lower.indexOf(`</${element}`, at)
      at = close < 0 ? html.length : close
    }
  }
  out.push(html.slice(copied))
  return out.join('')
}
