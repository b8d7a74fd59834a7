import { E, seededRandom, virtualClock } from '@periplus/prelude'
import type { KubernetesObject, Stored } from '@periplus/api'
import { kindsAt } from '@periplus/custom'
import { ConfigMap } from '@periplus/kinds'
import { memoryEventLog } from '@periplus/log'
import { mutableCut } from '@periplus/projection'
import { createCommands } from '@periplus/commands'
import type { Command, Outcome } from '@periplus/commands'

/** A log and a write path in memory, as one process has them, on a clock that the test moves. */
export const cluster = () => {
  const clock = virtualClock(Date.UTC(2025, 0, 1))
  const log = memoryEventLog()
  const random = seededRandom(1)
  const process = () => {
    const cut = mutableCut()
    const commands = createCommands({
      cut,
      log,
      kindsAt,
      admission: [],
      clock,
      newId: () => `id-${Math.floor(random() * 1e9)}`,
    })
    const deliver = (): void => cut.apply(log.slice(cut.sequence + 1))
    deliver()
    return { cut, commands, deliver }
  }
  return { clock, log, process }
}

export const origin = { actor: 'user:test', component: 'test', causes: [], correlationId: 'root' }

export const must = (result: Awaited<ReturnType<ReturnType<typeof createCommands>['execute']>>): Outcome => {
  if (E.isLeft(result)) throw new Error(JSON.stringify(result.left))
  return result.right
}

export const configMap = (name: string, data: Record<string, string>): Command => ({
  verb: 'create',
  kind: ConfigMap,
  object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' }, data } as KubernetesObject,
})

export const dataOf = (object: Stored<ConfigMap> | undefined): Readonly<Record<string, string>> => object?.data ?? {}

/** Lets everything happen that needs no time. */
export const settle = (): Promise<void> => new Promise(resolve => setImmediate(resolve))
