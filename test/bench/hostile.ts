/**
 * The longest time for which the control plane's event loop stands still while requests of one kind after the other mean no good,
 * as it says itself in its metrics; the least of some runs, for a machine shared with others only ever adds. With names as arguments, those kinds
 * alone. Run: `npx tsx test/bench/main.ts hostile.ts`.
 */
import { credentialsIn } from '../attack/requests/credentials.ts'
import { sender } from '../attack/requests/sender.ts'
import type { Heard, Sender } from '../attack/requests/sender.ts'
import type { HostileRequest } from '../attack/requests/draw.ts'
import { removeCluster, testCluster } from '../e2e/cluster.ts'
import { apiClient } from './api-client.ts'
import { createPods } from './cluster/creates.ts'
import type { Attack } from './hostile/attack.ts'
import { attacks } from './hostile/attacks.ts'
import { posting } from './hostile/bodies.ts'
import { inFlight, table } from './measure.ts'

/** As the names of attacks have it; fewer where `PODS` says so. */
const podCount = Number(process.env['PODS'] ?? 10_000)
const mostRuns = 3
const aimMilliseconds = 50

/** The attacker may do everything, and belongs to nobody who is spared. */
const allRights = posting('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
  kind: 'ClusterRoleBinding',
  metadata: { name: 'mallory' },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
  subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'mallory' }],
})

const asAdmin = ({ headers: { 'impersonate-user': _, ...headers }, ...request }: HostileRequest): HostileRequest => ({
  ...request,
  headers,
})

interface Stall {
  /** Milliseconds for which the loop stood still at most, since this was asked last. */
  readonly wall: number
  /** The same by the CPU time of the process: what others on the machine do doesn't add to it. */
  readonly work: number
}

const stallSince = async (admin: Sender): Promise<Stall> => {
  const { text } = await admin.send({ method: 'GET', target: '/metrics', headers: {}, body: undefined })
  const gauge = (name: string): number =>
    Number(new RegExp(`^periplus_event_loop_${name}_seconds ([\\d.e-]+)`, 'm').exec(text)?.[1] ?? NaN) * 1000
  return { wall: gauge('stall'), work: gauge('work') }
}

interface Outcome {
  readonly stall: Stall
  readonly seconds: number
  readonly statuses: Readonly<Record<string, number>>
}

const carriedOut = async (attack: Attack, mallory: Sender, admin: Sender): Promise<Outcome> => {
  const requests = attack.requests()
  const statuses: Record<string, number> = {}
  await stallSince(admin)
  const begun = performance.now()
  await inFlight(attack.atOnce, requests.length, async at => {
    const heard: Heard | string = await mallory.send(requests[at]!).catch(String)
    const status = typeof heard === 'string' ? heard : String(heard.status)
    statuses[status] = (statuses[status] ?? 0) + 1
  })
  const stall = await stallSince(admin)
  return { stall, seconds: (performance.now() - begun) / 1000, statuses }
}

const wanted = (process.env['ATTACKS'] ?? '').split(',').filter(name => name !== '')
const chosen = attacks.filter(
  ({ name }) => wanted.length === 0 || name.startsWith('(') || wanted.some(part => name.includes(part)),
)

const cluster = testCluster({ PERIPLUS_RUNTIME: 'hollow' })
const rows: (readonly string[])[] = []
/** The longest work of each kind, in milliseconds of CPU. */
const longest = new Map<string, number>()
try {
  const { code, stdout, stderr } = await cluster.periplus('up')
  if (code !== 0) throw new Error(stderr + stdout)
  const credentials = credentialsIn(cluster.home)
  const [mallory, admin] = [sender(credentials), sender(credentials, false)]
  // First, as of every past moment that is asked about the rights of then count.
  await admin.send(asAdmin(allRights))
  const client = apiClient(cluster.home)
  await createPods(client, 'seed', podCount)
  client.close()
  for (const attack of chosen) {
    let best = await carriedOut(attack, mallory, admin)
    const runs = attack.once || attack.name.startsWith('(') ? 1 : mostRuns
    for (let run = 1; run < runs && best.stall.work > aimMilliseconds; run++) {
      const again = await carriedOut(attack, mallory, admin)
      if (again.stall.work < best.stall.work) best = again
    }
    longest.set(attack.name, best.stall.work)
    const answers = Object.entries(best.statuses).map(([status, count]) => `${count} x ${status}`)
    rows.push([
      attack.name,
      best.stall.work.toFixed(0),
      best.stall.wall.toFixed(0),
      best.seconds.toFixed(2),
      answers.join(', '),
    ])
    console.log(rows.at(-1)?.join(' | '))
  }
  mallory.close()
  admin.close()
} finally {
  table(['attack', 'longest work, ms CPU', 'longest stall, ms', 'seconds', 'answers'], rows)
  const [worst = ['nothing', 0]] = [...longest].toSorted(([, a], [, b]) => b - a)
  const above = [...longest.values()].filter(work => work > aimMilliseconds).length
  console.log(
    `the loop worked without a turn for ${worst[1].toFixed(0)} ms of CPU at most (${worst[0]}); ${above} of ${longest.size} kinds are above ${aimMilliseconds} ms`,
  )
  await removeCluster(cluster)
}
