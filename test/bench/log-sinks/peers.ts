import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as later } from 'node:timers/promises'
import { E } from '@periplus/prelude'
import { installedHome, root } from '../../e2e/cluster.ts'
import { compiled, hasGo } from '../kubernetes/go-programs.ts'
import { cpuSeconds } from '../processes.ts'

/** What it takes to bring all lines from one place to another. CPU in seconds. */
export interface Cost {
  readonly what: string
  readonly seconds: number
  readonly cpu: number
}

/** A program that reads `from` and writes documents to `to`, both below `directory`. */
interface Peer {
  readonly what: string
  readonly command: string
  readonly args: readonly string[]
}

interface Place {
  readonly directory: string
  readonly from: string
  readonly to: string
}

/** Debian's rsyslog, where it is installed. */
const rsyslog = ({ directory, from, to }: Place): Peer | undefined => {
  if (spawnSync('rsyslogd', ['-v']).status !== 0) return undefined
  const configuration = join(directory, 'rsyslog.conf')
  writeFileSync(
    configuration,
    [
      `global(workDirectory="${directory}") module(load="imfile")`,
      'template(name="json" type="list") { constant(value="{") property(outname="@timestamp" name="timereported" dateFormat="rfc3339" format="jsonf") constant(value=",") property(outname="message" name="msg" format="jsonf") constant(value="}\\n") }',
      `input(type="imfile" file="${from}" tag="bench") action(type="omfile" file="${to}" template="json")`,
    ].join('\n'),
  )
  const args = ['-n', '-f', configuration, '-i', join(directory, 'rsyslog.pid')]
  return { what: 'rsyslog, file to file', command: 'rsyslogd', args }
}

/** The OpenTelemetry collector, compiled from its modules, where there is Go. */
const collector = ({ directory, from, to }: Place): Peer | undefined => {
  if (!hasGo()) return undefined
  const program = compiled(
    join(root, 'test/bench/log-collector'),
    '.',
    join(installedHome(), 'tools/bench/log-collector'),
  )
  if (E.isLeft(program)) throw new Error(program.left)
  const configuration = join(directory, 'collector.yaml')
  writeFileSync(
    configuration,
    JSON.stringify({
      receivers: { file_log: { include: [from], start_at: 'beginning' } },
      exporters: { file: { path: to } },
      service: {
        telemetry: { metrics: { level: 'none' }, logs: { level: 'error' } },
        pipelines: { logs: { receivers: ['file_log'], exporters: ['file'] } },
      },
    }),
  )
  return { what: 'OpenTelemetry collector, file to file', command: program.right, args: [`--config=${configuration}`] }
}

/** Runs a program until what it writes has not grown for a second; the time of that second is not counted. */
const run = async ({ what, command, args }: Peer, to: string): Promise<Cost> => {
  const child = spawn(command, args, { stdio: 'inherit' })
  const begun = performance.now()
  let [size, since, cpu] = [0, begun, 0]
  while (size === 0 || performance.now() - since < 1_000) {
    await later(20)
    const now = statSync(to).size
    if (now === size) continue
    ;[size, since, cpu] = [now, performance.now(), cpuSeconds(child.pid ?? 0)]
  }
  const ended = once(child, 'exit')
  child.kill()
  await ended
  return { what, seconds: (since - begun) / 1000, cpu }
}

/** Other agents, from a file with `text` to a file, of which `written` says how many lines have arrived there. */
export const peers = async (
  directory: string,
  text: string,
  written: (file: string) => number,
): Promise<readonly (Cost & { readonly lines: number })[]> => {
  const costs: (Cost & { readonly lines: number })[] = []
  for (const peer of [rsyslog, collector]) {
    const place = { directory, from: join(directory, 'source.log'), to: join(directory, `${peer.name}.out`) }
    writeFileSync(place.from, text)
    writeFileSync(place.to, '')
    const found = peer(place)
    if (found) costs.push({ ...(await run(found, place.to)), lines: written(place.to) })
    else console.log(`${peer.name} is not here`)
  }
  return costs
}
