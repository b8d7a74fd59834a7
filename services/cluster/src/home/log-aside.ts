import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Home } from './home.ts'
import { readNatsServers } from './nats-servers.ts'

/** Where the streams of a server that was alone lie while they are copied to several servers; below, as NATS has them. */
export const asideOf = (home: Home): string => join(home.nats, 'single')

const streams = (directory: string): string => join(directory, 'jetstream')

/** Says where the server's clients look for it. */
const portFile = (home: Home): string => join(home.nats, 'nats.port')
const portAside = (home: Home): string => join(asideOf(home), 'clients.port')

/** Lays them there, and with them the port: a server that is started meanwhile has another one. */
export const layAside = (home: Home): void => {
  mkdirSync(asideOf(home), { recursive: true, mode: 0o700 })
  renameSync(streams(home.nats), streams(asideOf(home)))
  renameSync(portFile(home), portAside(home))
}

/**
 * Ends a copying that came to its end, or was broken off: then the streams are where they were, and what was copied is nothing. Either way
 * the server has the port where its clients look for it, on other hosts too.
 */
export const settleAside = (home: Home): void => {
  if (!existsSync(asideOf(home))) return
  if (existsSync(portAside(home))) renameSync(portAside(home), portFile(home))
  if (!readNatsServers(home)?.replicated && existsSync(streams(asideOf(home)))) {
    rmSync(streams(home.nats), { recursive: true, force: true })
    renameSync(streams(asideOf(home)), streams(home.nats))
  }
  rmSync(asideOf(home), { recursive: true })
}
