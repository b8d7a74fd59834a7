import { constants, fstatSync, writeSync } from 'node:fs'

/** What a process says of itself: one JSON object a line on standard error, never a secret. */
export interface Logger {
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
  /** The same destination under another component's name. */
  for(component: string): Logger
}

/** What stands beside a log's message; never a secret. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>

type LogLevel = 'info' | 'warn' | 'error'

/** Where lines of a log go. */
export interface LogDestination {
  write(line: string, level: LogLevel): void
}

/** As sd-daemon(3) has them. */
const priorities: Readonly<Record<LogLevel, number>> = { info: 6, warn: 4, error: 3 }

type Kind = 'File' | 'Journal' | 'Other'

/** A process that systemd has started knows by this variable that its standard error is the journal (systemd.exec(5)). */
const kindOf = (descriptor: number, journal = process.env['JOURNAL_STREAM']): Kind => {
  try {
    const { dev, ino, ...found } = fstatSync(descriptor)
    if (journal === `${dev}:${ino}`) return 'Journal'
    return (found.mode & constants.S_IFMT) === constants.S_IFREG ? 'File' : 'Other'
  } catch {
    return 'Other'
  }
}

/**
 * Standard error; where that is the journal, behind the priority that it takes off again. What cannot be written is lost, and the next line tried anew: a disk that is full for a while must not end the
 * process that wanted to say so, and Node's own stream over a file is done with at its first error.
 */
const standardError = (): LogDestination => {
  const kind = kindOf(2)
  if (kind === 'Journal') return { write: (line, level) => void process.stderr.write(`<${priorities[level]}>${line}`) }
  if (kind === 'Other') return { write: line => void process.stderr.write(line) }
  return {
    write: line => {
      try {
        writeSync(2, line)
      } catch {
        // Nobody is left to tell.
      }
    },
  }
}

/** `now` in milliseconds since the epoch. */
export const logger = (
  component: string,
  destination: LogDestination = standardError(),
  now: () => number = Date.now,
): Logger => {
  const write =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}): void =>
      destination.write(
        `${JSON.stringify({ time: new Date(now()).toISOString(), level, component, message, ...fields })}\n`,
        level,
      )
  return {
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    for: other => logger(other, destination, now),
  }
}
