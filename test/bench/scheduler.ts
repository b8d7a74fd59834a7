/**
 * How fast pods get nodes: a scheduler as the product runs it, with its own copy of the log on a NATS that syncs, against the shapes of
 * Kubernetes' scheduler_perf (basic, affinity, spreading, preemption, pods that nothing can be done for), at 1,000 and 5,000 nodes.
 * Pods come on the log while the clock runs. Run: `npx tsx test/bench/main.ts scheduler.ts`; `NODES=1000 PODS=500 SHAPE=basic` for less.
 */
import { table } from './measure.ts'
import { shapesOf } from './scheduler/shapes.ts'
import type { Shape } from './scheduler/shapes.ts'
import { openWorld } from './scheduler/world.ts'

const sizes = process.env['NODES']?.split(',').map(Number) ?? [1_000, 5_000]
const count = Number(process.env['PODS'] ?? 2_000)
const only = process.env['SHAPE']

const measure = async (nodes: number, { name, before, measured }: Shape): Promise<readonly (string | number)[]> => {
  const world = await openWorld(nodes)
  try {
    await world.create(before)
    const prefix = before[0]?.metadata?.name?.split('-', 1).join() ?? ''
    if (prefix === 'large') await world.idle()
    else await world.placed(prefix, before.length)
    const cpu = process.cpuUsage()
    const begin = performance.now()
    await world.create(measured)
    await world.placed(measured[0]?.metadata?.name?.split('-', 1).join() ?? '', measured.length)
    const seconds = (performance.now() - begin) / 1000
    const { user, system } = process.cpuUsage(cpu)
    return [
      nodes,
      name,
      measured.length,
      Math.round(measured.length / seconds),
      ((user + system) / 1000 / measured.length).toFixed(2),
    ]
  } finally {
    await world.close()
  }
}

/** As they come: a run takes minutes. */
const rows: (readonly (string | number)[])[] = []
for (const nodes of sizes)
  for (const shape of shapesOf(nodes, count))
    if (only === undefined || only === shape.name) {
      rows.push(await measure(nodes, shape))
      console.error(rows.at(-1)?.join('  '))
    }
table(['nodes', 'shape', 'pods', 'pods/s', 'ms of CPU a pod'], rows)
