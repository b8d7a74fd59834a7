/**
 * What deciding costs, controller by controller, on virtual time and a log in memory: a namespace of every workload that is made, rolled
 * out and deleted; then 1,000 CronJobs through a day, of which every decision is taken again. Every controller of the product runs.
 * Run: `npx tsx test/bench/main.ts controllers.ts`; `CRONJOBS=1000`, `HOURS=24` for others.
 */
import type { KubernetesObject, Stored } from '@periplus/api'
import { CronJob, Job } from '@periplus/kinds'
import { redecide } from '@periplus/replay'
import { openCluster } from './controllers/cluster.ts'
import { takenHeadings, takenRows } from './controllers/measured.ts'
import { createAll, deleteAll, rollAll } from './controllers/workload.ts'
import { table } from './measure.ts'

const cronJobs = Number(process.env['CRONJOBS'] ?? 1_000)
const hours = Number(process.env['HOURS'] ?? 24)
/** Each runs so often. */
const everyHours = 4
const minutes = 60_000

const cpuSince = (before: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

const everyWorkload = async (): Promise<void> => {
  const { simulation, pass, taken } = await openCluster(10)
  const before = process.cpuUsage()
  for (const deed of [createAll, rollAll, deleteAll]) {
    await deed(simulation)
    await pass(3 * minutes)
  }
  console.log(
    `every workload: ${simulation.log.slice(1).length} events, ${Math.round(cpuSince(before))} ms of CPU in all`,
  )
  table(takenHeadings, takenRows(taken()))
}

const cronJob = (n: number): KubernetesObject =>
  ({
    ...{ apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: `cron-${n}`, namespace: 'default' } },
    spec: {
      schedule: `${n % 60} ${Math.floor(n / 60) % everyHours}-23/${everyHours} * * *`,
      ...{ concurrencyPolicy: 'Forbid', successfulJobsHistoryLimit: 1 },
      jobTemplate: {
        spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'a' }] } } },
      },
    },
  }) as KubernetesObject

/** Time begins at midnight, whose own runs are over. */
const due = (): number =>
  Array.from({ length: cronJobs }, (_, n) => (Math.floor(n / 60) % everyHours) * 60 + (n % 60))
    .flatMap(first => Array.from({ length: 24 / everyHours + 1 }, (_, run) => first + run * everyHours * 60))
    .filter(minute => minute > 0 && minute <= hours * 60).length

/** How late each run began, and how many began that should not have, or twice. */
const runsOf = (jobs: readonly Stored<Job>[]) => {
  const moments = jobs.map(({ metadata }) => ({
    key: `${metadata.ownerReferences?.[0]?.name} ${metadata.annotations?.['batch.kubernetes.io/cronjob-scheduled-timestamp']}`,
    late:
      Date.parse(metadata.creationTimestamp ?? '') -
      Date.parse(metadata.annotations?.['batch.kubernetes.io/cronjob-scheduled-timestamp'] ?? ''),
  }))
  return {
    made: moments.length,
    twice: moments.length - new Set(moments.map(({ key }) => key)).size,
    latest: Math.max(...moments.map(({ late }) => late)),
  }
}

const aDay = async (): Promise<void> => {
  const { simulation, controllers, pass, taken } = await openCluster(2)
  for (let n = 0; n < cronJobs; n++) await simulation.user({ verb: 'create', kind: CronJob, object: cronJob(n) })
  const before = process.cpuUsage()
  const begin = performance.now()
  await pass(hours * 60 * minutes)
  const cpu = cpuSince(before)
  const seconds = (performance.now() - begin) / 1000
  const events = simulation.log.slice(1)
  const created = events.filter(({ type, ref }) => type === 'created' && ref.resource === 'jobs')
  const runs = runsOf(created.map(({ body }) => JSON.parse(String(body)) as Stored<Job>))
  const ended = simulation.cut.list(Job).filter(({ status }) => status?.succeeded !== 1).length
  console.log(
    `\n${cronJobs} CronJobs over ${hours} virtual hours: ${runs.made} runs (${due()} due, ${runs.twice} twice, ` +
      `${runs.latest} ms late at most, ${ended} not over yet), ${events.length} events, ${seconds.toFixed(1)} s, ` +
      `${(cpu / runs.made).toFixed(2)} ms of CPU a run in all`,
  )
  table(takenHeadings, takenRows(taken()))
  const again = await redecide(simulation.log, simulation.decisions, controllers)
  console.log(
    `decided again: ${again.identical} of ${simulation.decisions.length} identical, ${again.changed.length} not`,
  )
}

await everyWorkload()
await aDay()
