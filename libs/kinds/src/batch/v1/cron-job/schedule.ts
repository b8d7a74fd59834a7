const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']

interface Bounds {
  readonly least: number
  readonly most: number
  readonly names: readonly string[]
}

const fields: readonly Bounds[] = [
  { least: 0, most: 59, names: [] },
  { least: 0, most: 23, names: [] },
  { least: 1, most: 31, names: [] },
  { least: 1, most: 12, names: ['', ...months] },
  { least: 0, most: 6, names: days },
]

const descriptors = new Set(['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly'])

/** What is wrong with a schedule in cron's five fields, or with a descriptor such as `@hourly`; `undefined`: nothing. */
export const scheduleComplaint = (schedule: string): string | undefined => {
  const text = schedule.trim()
  if (text.startsWith('@'))
    return descriptors.has(text) || /^@every [0-9a-zµ.]+$/.test(text) ? undefined : `unrecognized descriptor: ${text}`
  const parts = text.split(/\s+/).filter(part => part !== '')
  if (parts.length !== fields.length) return `expected exactly 5 fields, found ${parts.length}: [${parts.join(' ')}]`
  for (const [i, bounds] of fields.entries())
    for (const range of (parts[i] ?? '').split(',')) {
      const complaint = rangeComplaint(range, bounds)
      if (complaint) return complaint
    }
  return undefined
}

const rangeComplaint = (range: string, bounds: Bounds): string | undefined => {
  const [span = '', step, extra] = range.split('/')
  if (extra !== undefined) return `too many slashes: ${range}`
  if (step !== undefined && !(Number(step) > 0)) return `step of range should be a positive number: ${range}`
  if (span === '*' || span === '?') return undefined
  const [from = '', to = from, more] = span.split('-')
  if (more !== undefined) return `too many hyphens: ${range}`
  const [start, end] = [valueOf(from, bounds), valueOf(to, bounds)]
  if (start === undefined) return `failed to parse int from ${from}`
  if (end === undefined) return `failed to parse int from ${to}`
  if (start < bounds.least) return `beginning of range (${start}) below minimum (${bounds.least}): ${range}`
  if (end > bounds.most) return `end of range (${end}) above maximum (${bounds.most}): ${range}`
  return start > end ? `beginning of range (${start}) beyond end of range (${end}): ${range}` : undefined
}

const valueOf = (text: string, { names }: Bounds): number | undefined => {
  const named = names.indexOf(text.toLowerCase())
  if (text !== '' && named >= 0) return named
  return /^[0-9]+$/.test(text) ? Number(text) : undefined
}
