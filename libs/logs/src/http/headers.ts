import type { ConfigReader } from '../config/read-config.ts'

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/
/** What frames a request is not for a sink to say, and secrets belong into a Secret. */
const reserved =
  /^(host|content-length|transfer-encoding|connection|upgrade|te|trailer|expect|authorization|proxy-.*|content-type|content-encoding)$/i

/** `headers` of a configuration, in lower case. */
export const readHeaders = (config: ConfigReader): Readonly<Record<string, string>> => {
  const headers = new Map<string, string>()
  for (const [name, value] of config.texts('headers')) {
    if (!token.test(name) || reserved.test(name)) config.fault('headers', `${JSON.stringify(name)} cannot be set`)
    else if (/[^\t\x20-\x7e]/.test(value)) config.fault('headers', `the value of ${name} is not printable`)
    else headers.set(name.toLowerCase(), value)
  }
  return Object.fromEntries(headers)
}
