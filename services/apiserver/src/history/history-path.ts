/** What is asked below `/history`. */
export type HistoryPath =
  /** The events of the whole log that the asker may see. */
  | { readonly tag: 'Events' }
  /** Every recorded decision. */
  | { readonly tag: 'Decisions' }
  /** How far back what is told goes. */
  | { readonly tag: 'Bounds' }
  /** All that was there at a sequence. */
  | { readonly tag: 'State'; readonly sequence: number }
  /** Where the log stood at a moment, which is as a client has written it. */
  | { readonly tag: 'Moment'; readonly moment: string }
  /** An object's own events, or all that led to it; `path` is the object's in the API. */
  | { readonly tag: 'Object' | 'Why'; readonly path: string }

/** Left out: it is about no history. A path below `/history` that means nothing is `unknown`. */
export const parseHistory = (path: string): HistoryPath | 'unknown' | undefined => {
  if (path !== '/history' && !path.startsWith('/history/')) return undefined
  const [first = '', ...rest] = path.slice('/history/'.length).split('/')
  if (first === '' && rest.length === 0) return { tag: 'Events' }
  if (first === 'decisions' && rest.length === 0) return { tag: 'Decisions' }
  if (first === 'bounds' && rest.length === 0) return { tag: 'Bounds' }
  if (first === 'state' && rest.length === 1 && /^[1-9]\d{0,15}$/.test(rest[0] ?? ''))
    return { tag: 'State', sequence: Number(rest[0]) }
  if (first === 'moments' && rest.length === 1) return { tag: 'Moment', moment: decodeURIComponent(rest[0] ?? '') }
  if (first === 'api' || first === 'apis') return { tag: 'Object', path: `/${[first, ...rest].join('/')}` }
  if (first === 'why' && (rest[0] === 'api' || rest[0] === 'apis')) return { tag: 'Why', path: `/${rest.join('/')}` }
  return 'unknown'
}
