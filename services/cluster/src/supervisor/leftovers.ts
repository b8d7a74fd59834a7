import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { processRuntime } from '@periplus/runtime'
import { endRecorded, recordedProcess } from '@periplus/service'
import type { Home } from '../home/home.ts'

/** Each process that a supervisor starts and that may outlive it, in the order in which they are to end. */
const records = (home: Home): readonly (readonly [name: string, file: string])[] => [
  ['feed', join(home.logs, 'feed.pid')],
  ['ingress', join(home.logs, 'ingress.pid')],
  ['log-router', join(home.logs, 'log-router.pid')],
  ['node', join(home.logs, 'node.pid')],
  ['control-plane', join(home.logs, 'control-plane.pid')],
  ['feed-server', join(home.feed, 'feed.pid')],
  ['redis', join(home.redis, 'redis.pid')],
  ['nats', join(home.nats, 'nats.pid')],
]

/** What still runs of this cluster, containers aside, by name; asked when no supervisor does. */
export const leftBehind = (home: Home): Readonly<Record<string, number>> => {
  const found: Record<string, number> = {}
  for (const [name, file] of records(home)) {
    const process_ = recordedProcess(file)
    if (process_) found[name] = process_.pid
  }
  return found
}

/** Ends what a supervisor that was killed left behind. */
export const endLeftovers = async (home: Home): Promise<void> => {
  for (const [, file] of records(home)) await endRecorded(file)
}

/** Ends the pods' processes that a node agent without containers left behind when it was killed: opening their records does. */
export const endProcesses = async (home: Home): Promise<void> => {
  for (const node of existsSync(home.nodes) ? readdirSync(home.nodes) : [])
    if (existsSync(home.processes(node))) await processRuntime({ root: home.processes(node) }).close()
}
