import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { identityOf, isRunning } from './process-identity.ts'

/** Where process numbers mean something: one boot of one machine, and in it one namespace of process numbers. */
const place = (): string => {
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8)
  return `${boot}-${/\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? ''}`
}

/** A name for the calling process that no other has, before it, after it or elsewhere; for leases and the like. */
export const processName = (): string => {
  const { pid, started } = identityOf(process.pid) ?? { pid: process.pid, started: '0' }
  return `${hostname()}_${place()}_${pid}-${started}`
}

/** Whether the process of this name is known to have ended. Of a process elsewhere nothing is known. */
export const hasEnded = (name: string): boolean => {
  const [, where, pid, started] = /_([^_]*)_(\d+)-(\d+)$/.exec(name) ?? []
  if (where !== place() || pid === undefined || started === undefined) return false
  return !isRunning({ pid: Number(pid), started })
}
