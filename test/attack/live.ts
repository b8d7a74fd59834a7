import { seededRandom } from '@periplus/prelude'
import { removeCluster } from '../e2e/cluster.ts'
import { liveCluster, plague, witnessed } from './extreme/live.ts'

/**
 * A whole cluster with a hollow node under objects at the limits of the API, in batches, for `MINUTES`, from `SEED` on: every process
 * lives on, and goes on looking after innocent objects.
 */
const size = Number(process.env['SIZE'] ?? 150)
const first = Number(process.env['SEED'] ?? 1)
/** Milliseconds of real time, on a machine that may have other things to do. */
const patience = Number(process.env['PATIENCE'] ?? 60_000)
const complaints = new Set<string>()
const complain = (text: string): void => void complaints.add(text)

const live = await liveCluster(complain)
let [batch, taken, refused] = [0, 0, 0]
const waits: number[] = []
try {
  const before = live.cluster.processes()
  const end = performance.now() + Number(process.env['MINUTES'] ?? 1) * 60_000
  do {
    const namespace = `batch-${batch}`
    const done = await plague(live, namespace, size, seededRandom(first + batch))
    taken += done.taken
    refused += done.refused
    const wait = await witnessed(live, `witness-${batch}`, patience)
    if (typeof wait === 'string') complain(`batch ${first + batch}: a witness was not looked after: ${wait}`)
    else waits.push(wait)
    await live.ask('DELETE', `/api/v1/namespaces/${namespace}`)
    batch++
  } while (performance.now() < end)
  const after = live.cluster.processes()
  for (const [name, pid] of Object.entries(before))
    if (after[name] !== pid) complain(`${name} was ${pid} and is ${after[name] ?? 'gone'}`)
  const metrics = (await live.ask('GET', '/metrics')).text
  const work = /^periplus_event_loop_work_seconds (\S+)/m.exec(metrics)?.[1]
  for (const complaint of complaints) console.error(complaint.slice(0, 1500))
  waits.sort((a, b) => a - b)
  console.log(
    [
      `live: ${batch} batches from seed ${first} on`,
      `${taken} writes of extreme objects taken (${refused} refused)`,
      `witnesses were there after ${Math.round(waits[waits.length >> 1] ?? NaN)} ms, at most ${Math.round(waits.at(-1) ?? NaN)}`,
      `the loop worked without a turn for ${Math.round(Number(work) * 1000)} ms of CPU at most`,
      `${complaints.size} complaints`,
    ].join('; '),
  )
} finally {
  live.close()
  await removeCluster(live.cluster)
}
if (complaints.size > 0) process.exitCode = 1
