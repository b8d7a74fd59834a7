import { repeatedly, systemClock } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import type { Component, Components } from '@periplus/node-agent'
import { isRunning } from '@periplus/service'
import type { RunningService } from '@periplus/service'
import type { Home } from '../home/home.ts'
import { recordedSupervisor } from '../supervisor/supervisor-file.ts'
import type { SupervisorFile } from '../supervisor/supervisor-file.ts'

/** The supervisor writes down at once what becomes of a child. */
const lookEvery = 2_000

const ofNodes: ReadonlySet<string> = new Set(['node', 'service-proxy', 'dns', 'containerd'])

/** What a supervisor's record says of the parts of the cluster that it keeps running, but for those that do nothing here. */
export const componentsIn = (
  { lives = {} }: Pick<SupervisorFile, 'lives'>,
  isIdle: (role: string) => boolean = () => false,
): readonly Component[] =>
  Object.values(lives).flatMap(({ roles, ...process }) =>
    roles
      .filter(role => !isIdle(role))
      .map((name): Component => ({ name, tier: ofNodes.has(name) ? 'node' : 'control-plane', process })),
  )

/** The parts of the cluster on this host as its supervisor tells them; none where there is no supervisor. */
export const supervisedComponents = (
  home: Home,
  {
    isIdle,
    onBug,
    clock = systemClock,
  }: { readonly isIdle: (role: string) => boolean; readonly onBug: (error: unknown) => void; readonly clock?: Clock },
): Components & RunningService => {
  const listeners = new Set<() => void>()
  const read = (): readonly Component[] => {
    const record = recordedSupervisor(home)
    return record && isRunning(record.supervisor) ? componentsIn(record, isIdle) : []
  }
  let all = read()
  const look = (): void => {
    try {
      const now = read()
      if (JSON.stringify(now) === JSON.stringify(all)) return
      all = now
      for (const changed of listeners) changed()
    } catch (error) {
      onBug(error)
    }
  }
  const looking = repeatedly(clock, lookEvery, look)
  return {
    name: 'supervised components',
    get all() {
      return all
    },
    listen: changed => {
      listeners.add(changed)
      return () => void listeners.delete(changed)
    },
    stop: () => looking.stop(),
  }
}
