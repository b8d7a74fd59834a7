/** How much of what isn't JSON is told. */
const mostShown = 2048

const known: Readonly<Record<number, string>> = {
  400: 'the server rejected our request for an unknown reason',
  401: 'the server has asked for the client to provide credentials',
  404: 'the server could not find the requested resource',
  405: 'the server does not allow this method on the requested resource',
  409: 'the server reported a conflict',
  422: 'the server rejected our request due to an error in our request',
  429: 'the server has received too many requests and has asked us to try again later',
  503: 'the server is currently unable to handle the request',
  504: 'the server was unable to return a response in the time allotted, but may still be processing the request',
}

/** What an HTTP status that isn't success means, as client-go says it. */
export const statusWords = (code: number, text: string): string => {
  const shown = text.slice(0, mostShown).trim() || 'unknown'
  if (code >= 300 && code < 400)
    return `the server answers with a redirect (status code ${code}), which is not followed`
  const words = Object.hasOwn(known, code) ? known[code] : undefined
  if (words !== undefined) return words
  if (code === 403 || code === 406 || code === 415) return shown
  return code >= 500
    ? `an error on the server (${JSON.stringify(shown)}) has prevented the request from succeeding`
    : `the server responded with the status code ${code} but did not return more information`
}
