/** An entry of the stream of lines, as the API server tells it. */
export interface LogEntry {
  readonly time: string
  readonly pod: string
  readonly container?: string
  readonly restart?: number
  readonly stream?: 'stdout' | 'stderr'
  readonly text?: string
  /** Of what is no text. */
  readonly base64?: string
  readonly lost?: { readonly reason: string; readonly lines: number; readonly bytes: number }
  readonly event?: { readonly sequence: number; readonly type: string; readonly actor: string }
}

export interface LineStyle {
  readonly timestamps: boolean
  /** Who wrote it stands before each line. */
  readonly names: boolean
  readonly colours: boolean
}

/** As a person reads it. What a container wrote goes to the terminal as it is, as with kubectl. */
export const logLine = (entry: LogEntry, { timestamps, names, colours }: LineStyle): string => {
  const who = entry.container === undefined ? entry.pod : `${entry.pod}/${entry.container}`
  const stamp = timestamps ? `${entry.time} ` : ''
  const name = names ? `${colours ? coloured(who) : `[${who}]`} ` : ''
  return `${stamp}${name}${contentOf(entry)}`
}

const contentOf = ({ text, base64 = '', lost, event }: LogEntry): string => {
  if (lost) return `-- ${lossText(lost)}`
  if (event) return `-- ${event.sequence} ${event.type} by ${event.actor}`
  return text ?? Buffer.from(base64, 'base64').toString('latin1')
}

const lossText = ({ reason, lines, bytes }: NonNullable<LogEntry['lost']>): string => {
  const amount = lines > 0 ? `${lines} lines` : bytes > 0 ? `${bytes} bytes` : 'lines, nobody knows how many,'
  return `${amount} are not in the stream: ${reason}`
}

/** Colours of a terminal that are read on dark and light alike. */
const colours = [36, 33, 35, 32, 34, 31]

/** A name always has the same colour. */
const coloured = (name: string): string => {
  let sum = 0
  for (let i = 0; i < name.length; i++) sum = (sum * 31 + name.charCodeAt(i)) % 65_521
  return `\u001b[${colours[sum % colours.length] ?? 36}m${name}\u001b[0m`
}

/** An entry for programs: a line that is JSON itself is told as what it says. */
export const logJson = (entry: LogEntry): string => {
  const { text, ...rest } = entry
  const value = text === undefined ? undefined : objectIn(text)
  return JSON.stringify(value === undefined ? entry : { ...rest, json: value })
}

const objectIn = (text: string): object | undefined => {
  if (!text.startsWith('{')) return undefined
  try {
    return JSON.parse(text) as object
  } catch {
    return undefined
  }
}
