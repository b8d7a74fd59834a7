import { seededRandom } from '@periplus/prelude'
import { removeCluster } from '../e2e/cluster.ts'
import { lastWords, liveCluster, plague, witnessed } from './extreme/live.ts'

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
  /** Whether the witnesses of the batch before were looked after while the next one came. */
  let looked: Promise<unknown> = Promise.resolve()
  do {
    const namespace = `batch-${batch}`
    const at = first + batch
    const [done] = await Promise.all([plague(live, namespace, size, seededRandom(at)), looked])
    taken += done.taken
    refused += done.refused
    looked = witnessed(live, `witness-${batch}`, patience).then(wait => {
      if (typeof wait === 'string') complain(`batch ${at}: a witness was not looked after: ${wait}`)
      else waits.push(wait)
      return live.ask('DELETE', `/api/v1/namespaces/${namespace}`)
    })
    batch++
  } while (performance.now() < end)
  await looked
  const after = live.cluster.processes()
  for (const [name, pid] of Object.entries(before))
    if (after[name] !== pid) {
      complain(`${name} was ${pid} and is ${after[name] ?? 'gone'}`)
      console.error(lastWords(live.cluster.home))
    }
  const metrics = (await live.ask('GET', '/metrics')).text
  const work = /^periplus_event_loop_work_seconds (\S+)/m.exec(metrics)?.[1]
  for (const complaint of complaints) console.error(complaint.slice(0, 1500))
  waits.sort((a, b) => a - b)
  console.log(
    [
      `live: ${batch} batches from seed ${first} on`,
      `${taken} writes of extreme objects taken (${refused} refused)`,
      [...live.statuses]
        .sort()
        .map(([status, count]) => `${count} x ${status}`)
        .join(', '),
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
