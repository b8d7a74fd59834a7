import { removeCluster, testCluster } from '../e2e/cluster.ts'
import { isAlive } from '../faults/cluster-processes.ts'
import { until } from '../faults/until.ts'
import { countLines } from './count.ts'
import type { Count } from './count.ts'
import { startWriters } from './writers.ts'
import type { Writers } from './writers.ts'

/**
 * `make log-losses ROTATIONS= KILLS=`: pods that number their lines, on a node that rotates their logs at a mebibyte, while the node agent
 * and NATS are killed in turn, each once the logs have gone on since the one before; then the stream is compared with what was written. Exits
 * with 1 where a line is lost or doubled.
 */
const rotations = Number(process.env['ROTATIONS'] ?? 1000)
const kills = Number(process.env['KILLS'] ?? 100)
const pods = Number(process.env['PODS'] ?? 3)
for (const [name, value] of Object.entries({ ROTATIONS: rotations, KILLS: kills, PODS: pods }))
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`${name}= is a whole number`)

const say = (line: string): void => console.log(`${new Date().toISOString()} ${line}`)
const victims = ['node', 'nats'] as const

const cluster = testCluster({ PERIPLUS_CONTAINER_LOG_MEBIBYTES: '1', PERIPLUS_CONTAINER_LOG_FILES: '100' })

/** The longest time, in milliseconds, that each took to be ready again. */
const longest = { node: 0, nats: 0 }

const kill = async (name: (typeof victims)[number], writers: Writers): Promise<void> => {
  const pid = cluster.processes()[name]
  if (pid === undefined || !isAlive(pid)) throw new Error(`${name} does not run`)
  const killedAt = performance.now()
  process.kill(pid, 'SIGKILL')
  const isBack = (): boolean => {
    const now = cluster.processes()[name]
    return now !== undefined && now !== pid && isAlive(now)
  }
  await until(`${name} is started again`, isBack, 300_000)
  longest[name] = Math.max(longest[name], performance.now() - killedAt)
  // A log whose files go sooner than anybody may read them is lost, whoever reads it.
  const before = writers.noted()
  const goOn = (): boolean => writers.noted().every((number, i) => number > (before[i] ?? 0))
  await until('the logs go on', goOn, 300_000)
}

/** What the supervisor and the node said last. */
const lastWords = async (): Promise<string> => {
  const said = ['supervisor', 'node'].map(async role => (await cluster.periplus('logs', role, '--tail', '30')).stdout)
  return (await Promise.all(said)).join('\n')
}

try {
  const { code, stdout, stderr } = await cluster.periplus('up')
  if (code !== 0) throw new Error(stderr + stdout)
  const writers = await startWriters(cluster, pods)
  let [killed, seen] = [0, 0]
  for (let told = 0; seen < rotations || killed < kills;) {
    const before = seen
    await until('logs are rotated', () => (seen = writers.rotations()) > before, 120_000)
    // Spread over the rotations, each as soon as one is seen.
    if (killed < kills && seen >= ((killed + 1) * rotations) / (kills + 1))
      await kill(victims[killed++ % 2] ?? 'node', writers)
    if (seen >= told + 50) {
      const took = victims.map(name => `${name} ${Math.round(longest[name])} ms`).join(', ')
      say(`${(told = seen)} rotations, ${killed} kills, ready again within ${took}`)
    }
  }
  await cluster.ok('wait --for=condition=Ready node --all --timeout=120s')
  const written = await writers.stop()
  seen = writers.rotations()
  const counts: Count[] = []
  for (const [name, lines] of written) counts.push(await countLines(cluster.home, name, lines))
  const sum = (of: (count: Count) => number): number => counts.reduce((all, each) => all + of(each), 0)
  const told = [...new Set(counts.flatMap(each => each.told))].join(', ') || 'none'
  const [lost, doubled, early, strange] = [
    sum(c => c.lost),
    sum(c => c.doubled),
    sum(c => c.early),
    sum(c => c.strange),
  ]
  say(
    `log losses: ${seen} rotations, ${Math.ceil(killed / 2)} kills of the node agent, ${Math.floor(killed / 2)} of NATS; ` +
      `${sum(c => c.written)} lines of ${pods} pods; ${lost} lost, ${doubled} doubled, ${early} out of order, ${strange} strange; ` +
      `losses that the stream tells: ${told}; ready again within ` +
      victims.map(name => `${(longest[name] / 1000).toFixed(1)} s (${name})`).join(', '),
  )
  if (lost + doubled + early + strange > 0) process.exitCode = 1
} catch (error) {
  console.error(await lastWords())
  throw error
} finally {
  await removeCluster(cluster)
}
