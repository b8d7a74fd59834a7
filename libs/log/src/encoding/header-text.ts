import { percentEncoded } from './percent.ts'

/**
 * Values of CloudEvents attributes in message headers (CloudEvents, HTTP binding 3.1.3.2, which the NATS binding follows):
 * space, double quote, percent and everything that isn't printable ASCII are percent-encoded as UTF-8.
 */
const plain = /^[!#$&-~]*$/

export const headerText = (text: string): string =>
  plain.test(text) ? text : text.replace(/[^!#$&-~]+/gu, part => percentEncoded(part))

export const textOfHeader = (value: string): string => (value.includes('%') ? decodeURIComponent(value) : value)
