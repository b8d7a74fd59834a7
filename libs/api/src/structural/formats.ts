import { isIP } from 'node:net'
import { isBase64 } from '../schema/scalars.ts'
import { isTime } from '../time/timestamp.ts'

const uuid = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i
const isDate = (text: string): boolean => /^\d{4}-\d\d-\d\d$/.test(text) && isTime(`${text}T00:00:00Z`)

/** The formats of text that are checked. */
export const textFormats: Readonly<Record<string, (text: string) => boolean>> = {
  byte: isBase64,
  date: isDate,
  'date-time': isTime,
  ipv4: text => isIP(text) === 4,
  ipv6: text => isIP(text) === 6,
  password: () => true,
  uuid: text => uuid.test(text),
}

/** Those that Kubernetes checks besides, and this does not yet. */
export const formatsNotBuilt: ReadonlySet<string> = new Set([
  ...['bsonobjectid', 'cidr', 'creditcard', 'datetime', 'duration', 'email', 'hexcolor', 'hostname', 'isbn', 'isbn10'],
  ...['isbn13', 'k8s-long-name', 'k8s-short-name', 'mac', 'rgbcolor', 'ssn', 'uri', 'uuid3', 'uuid4', 'uuid5'],
])
