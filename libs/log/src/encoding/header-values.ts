/** Headers in the order in which they are written; the last ones by the bus. */
export const writtenHeaders = [
  ...['Nats-Msg-Id', 'Nats-Expected-Last-Subject-Sequence', 'ce-specversion', 'ce-id', 'ce-source', 'ce-type'],
  ...['ce-subject', 'ce-time', 'ce-datacontenttype', 'ce-uid', 'ce-previous', 'ce-actor', 'ce-causes'],
  ...['ce-correlationid', 'ce-digest', 'ce-decisionid', 'ce-fullsubject', 'ce-admission', 'ce-sealed', 'ce-replaced'],
  ...['Nats-Rollup', 'Nats-Batch-Id', 'Nats-Batch-Sequence', 'Nats-Batch-Commit'],
]
const read = [
  ...['ce-id', 'ce-source', 'ce-type', 'ce-subject', 'ce-time', 'ce-uid', 'ce-previous', 'ce-actor', 'ce-causes'],
  ...['ce-correlationid', 'ce-digest', 'ce-decisionid', 'ce-fullsubject', 'ce-admission', 'ce-sealed', 'ce-replaced'],
  'Nats-Rollup',
]

/** Values of the headers that are read, as they are encoded; `undefined` for what isn't there. */
export type HeaderValues = readonly (string | undefined)[]
const place = (name: string): number => read.indexOf(name) + 1

/** Where the value of each header stands in `HeaderValues`. */
export const at = {
  id: place('ce-id'),
  source: place('ce-source'),
  type: place('ce-type'),
  subject: place('ce-subject'),
  time: place('ce-time'),
  uid: place('ce-uid'),
  previous: place('ce-previous'),
  actor: place('ce-actor'),
  causes: place('ce-causes'),
  correlationId: place('ce-correlationid'),
  digest: place('ce-digest'),
  decisionId: place('ce-decisionid'),
  fullSubject: place('ce-fullsubject'),
  admission: place('ce-admission'),
  sealed: place('ce-sealed'),
  replaced: place('ce-replaced'),
  rollup: place('Nats-Rollup'),
} as const

const time = '\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])T(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d\\.\\d{3}Z'
/** What those must look like whose form matters. */
const forms: Readonly<Record<string, string>> = {
  'ce-id': '[^\\r]+',
  'ce-time': time,
  'ce-previous': '\\d{1,16}',
  'ce-causes': '(?:\\d{1,16}(?:,\\d{1,16})*)?',
}
const formOf = (name: string): string => (read.includes(name) ? `(${forms[name] ?? '[^\\r]*'})` : '[^\\r]*')
const required = ['ce-id', 'ce-type', 'ce-time', 'ce-previous']

/**
 * Headers as `headersOf` writes them, and as they must be. Reading them is most of what reading an event costs, and matching all of
 * them at once takes a third of the time that looking at them line by line does.
 */
const asWritten = new RegExp(
  `^${writtenHeaders.map(name => `(?:${name}: ${formOf(name)}\\r\\n)${required.includes(name) ? '' : '?'}`).join('')}$`,
)

const wholeForms = Object.entries(forms).map(([name, form]) => [name, place(name), new RegExp(`^${form}$`)] as const)

/** RFC 3339 in forms that aren't ours. */
const isTime = (text: string): boolean => /^\d{4}-\d\d-\d\dT/.test(text) && !Number.isNaN(Date.parse(text))

/** In whatever order and company: CloudEvents prescribes none. */
const inAnyOrder = (headers: string): HeaderValues | string => {
  const values: (string | undefined)[] = [undefined, ...read.map(() => undefined)]
  for (const line of headers.split('\r\n')) {
    const colon = line.indexOf(': ')
    const found = colon < 0 ? 0 : place(line.slice(0, colon))
    if (found === 0) continue
    if (values[found] !== undefined) return `its ${read[found - 1] ?? ''} is there twice`
    values[found] = line.slice(colon + 2)
  }
  const absent = required.find(name => values[place(name)] === undefined)
  if (absent !== undefined) return `it has no ${absent}`
  const wrong = wholeForms.find(([name, position, form]) => {
    const value = values[position]
    return value !== undefined && !form.test(value) && !(name === 'ce-time' && isTime(value))
  })
  return wrong === undefined ? values : `its ${wrong[0]} is ${values[wrong[1]]?.slice(0, 100) ?? ''}`
}

/** The values of an event's headers (lines that end with CRLF), or why they are those of none. */
export const valuesOf = (headers: string): HeaderValues | string => asWritten.exec(headers) ?? inAnyOrder(headers)
