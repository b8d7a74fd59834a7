import { fstatSync, writeSync } from 'node:fs'

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

/** Where lines of a log go. */
export interface LogDestination {
  write(line: string): void
}

const isFile = (descriptor: number): boolean => {
  try {
    return fstatSync(descriptor).isFile()
  } catch {
    return false
  }
}

/**
 * Standard error. What cannot be written is lost, and the next line tried anew: a disk that is full for a while must not end the
 * process that wanted to say so, and Node's own stream over a file is done with at its first error.
 */
const standardError = (): LogDestination => {
  if (!isFile(2)) return process.stderr
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
    (level: 'info' | 'warn' | 'error') =>
    (message: string, fields: LogFields = {}): void =>
      destination.write(
        `${JSON.stringify({ time: new Date(now()).toISOString(), level, component, message, ...fields })}\n`,
      )
  return {
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    for: other => logger(other, destination, now),
  }
}
