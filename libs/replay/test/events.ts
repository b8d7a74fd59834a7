import { memoryEventLog } from '@periplus/log'
import type { MemoryEventLog, NewEvent } from '@periplus/log'

const start = Date.UTC(2025, 0, 1)

/** A log of ConfigMaps, one event a second. */
export const configMaps = (): {
  readonly log: MemoryEventLog
  readonly put: (name: string, data: unknown, more?: Partial<NewEvent>) => number
  readonly timeOf: (sequence: number) => number
} => {
  const log = memoryEventLog()
  const last = new Map<string, number>()
  let count = 0
  const put = (name: string, data: unknown, more: Partial<NewEvent> = {}): number => {
    const previous = last.get(name) ?? 0
    const id = `event-${++count}`
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default', uid: name }, data }
    const appended = log.appendNow({
      id,
      type: previous === 0 ? 'created' : 'spec-changed',
      ref: { group: '', resource: 'configmaps', namespace: 'default', name },
      uid: name,
      expected: previous,
      previous,
      time: new Date(start + count * 1000).toISOString(),
      origin: { actor: 'user:test', component: 'test', causes: [], correlationId: id },
      body: Buffer.from(JSON.stringify(body)),
      ...more,
    })
    if (appended._tag === 'Left') throw new Error(JSON.stringify(appended.left))
    last.set(name, appended.right.sequence)
    return appended.right.sequence
  }
  return { log, put, timeOf: sequence => start + sequence * 1000 }
}

export const refTo = (name: string) => ({ group: '', resource: 'configmaps', namespace: 'default', name })
