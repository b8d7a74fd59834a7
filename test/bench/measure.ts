import { randomUUID } from 'node:crypto'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { NewEvent } from '@periplus/log'

/** Calls a second, when `work` does `count` of them. */
export const rate = async (count: number, work: () => Promise<void>): Promise<number> => {
  const start = performance.now()
  await work()
  return (count / (performance.now() - start)) * 1000
}

/** Runs `task` for 0 to `count - 1`, so many of them at once. */
export const inFlight = async (
  width: number,
  count: number,
  task: (index: number) => Promise<unknown>,
): Promise<void> => {
  let next = 0
  const worker = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) await task(index)
  }
  await Promise.all(Array.from({ length: width }, worker))
}

export interface Cost {
  /** Calls a second. */
  readonly rate: number
  /** Microseconds of this process's CPU for a call, all threads: what another process on the same machine doesn't change much. */
  readonly cpu: number
}

/** The best of a few runs of `count` calls each: a machine shared with others only ever slows down. */
export const bestOf = async (runs: number, count: number, work: () => Promise<void>): Promise<Cost> => {
  let best: Cost = { rate: 0, cpu: Infinity }
  for (let i = 0; i < runs; i++) {
    const before = process.cpuUsage()
    const one = await rate(count, work)
    const { user, system } = process.cpuUsage(before)
    best = { rate: Math.max(best.rate, one), cpu: Math.min(best.cpu, (user + system) / count) }
  }
  return best
}

export const right = <A>(answer: Either<unknown, A>): A => {
  if (E.isLeft(answer)) throw new Error(JSON.stringify(answer.left))
  return answer.right
}

const filler = 'x'.repeat(1_700)

/** The creation of a pod of about 2.7 KB, as an event; one in two has an owner and a node. */
export const samplePod = (name: string, changes: Partial<NewEvent> = {}): NewEvent => {
  const id = randomUUID()
  const uid = randomUUID()
  const placed = name.charCodeAt(name.length - 1) % 2 === 0
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: 'owner-of-web', controller: true }
  const body = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...{ name, namespace: 'default', uid, creationTimestamp: '2024-05-01T10:00:00Z', labels: { app: 'web' } },
      ...(placed ? { ownerReferences: [owner] } : {}),
      annotations: { filler },
    },
    spec: {
      containers: [{ name: 'web', image: 'nginx:1.7.9', ports: [{ containerPort: 80, protocol: 'TCP' }] }],
      ...(placed ? { nodeName: 'node-1' } : {}),
      restartPolicy: 'Always',
    },
    status: { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'True', lastProbeTime: null }] },
  }
  return {
    ...{ id, type: 'created', uid, expected: 0, previous: 0, time: '2024-05-01T10:00:00.000Z' },
    ref: { group: '', resource: 'pods', namespace: 'default', name },
    origin: { actor: 'user:bench', component: 'bench', causes: [], correlationId: id },
    body: Buffer.from(JSON.stringify(body)),
    ...changes,
  }
}

/** Prints rows under their headings, columns aligned. */
export const table = (headings: readonly string[], rows: readonly (readonly (string | number)[])[]): void => {
  const cells = [headings, ...rows].map(row => row.map(String))
  const widths = headings.map((_, column) => Math.max(...cells.map(row => row[column]?.length ?? 0)))
  for (const row of cells) console.log(row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  '))
}
