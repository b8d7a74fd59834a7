import type { Role, RoleName } from './role.ts'

const nothing = async <A extends object>(start: (process: A) => Promise<void>, process: A): Promise<object> => {
  await start(process)
  return {}
}

/** Every role, in the order in which those of one process start. */
export const roles: readonly Role[] = [
  {
    name: 'apiserver',
    side: 'control-plane',
    needs: ['redis', 'keys', 'sealing'],
    makes: ['OBJECTS', 'OBJ_OBJECTS', 'DECISIONS', 'LOGS', 'LOG_SINKS', 'KEYS'],
    load: async () => {
      const { startApi } = await import('./apiserver.ts')
      return process => nothing(startApi, process)
    },
  },
  {
    name: 'projector',
    side: 'control-plane',
    needs: ['redis'],
    load: async () => {
      const { startProjection } = await import('./projector.ts')
      return process => nothing(startProjection, process)
    },
  },
  {
    name: 'controllers',
    side: 'control-plane',
    needs: ['sealing'],
    writes: ['DECISIONS'],
    load: async () => {
      const { startControllers } = await import('./control-loops.ts')
      return process => nothing(startControllers, process)
    },
  },
  {
    name: 'scheduler',
    side: 'control-plane',
    needs: [],
    writes: ['DECISIONS'],
    load: async () => {
      const { startScheduler } = await import('./scheduler.ts')
      return process => nothing(startScheduler, process)
    },
  },
  {
    name: 'compactor',
    side: 'control-plane',
    needs: [],
    writes: ['OBJ_OBJECTS'],
    load: async () => {
      const { startCompactor } = await import('./compactor.ts')
      return process => nothing(startCompactor, process)
    },
  },
  {
    name: 'ingress',
    side: 'control-plane',
    needs: ['sealing'],
    load: async () => {
      const { startIngress } = await import('./ingress.ts')
      return process => nothing(startIngress, process)
    },
  },
  {
    name: 'feed',
    side: 'control-plane',
    needs: [],
    load: async () => {
      const { startFeedOfEvents } = await import('./feed.ts')
      return process => nothing(startFeedOfEvents, process)
    },
  },
  {
    name: 'service-proxy',
    side: 'node',
    needs: [],
    load: async () => {
      const { startProxy } = await import('./node-network.ts')
      return startProxy
    },
  },
  {
    name: 'dns',
    side: 'node',
    needs: [],
    load: async () => {
      const { startNames } = await import('./dns.ts')
      return startNames
    },
  },
  {
    name: 'node',
    side: 'node',
    needs: [],
    load: async () => {
      const { startNode } = await import('./node.ts')
      return process => nothing(startNode, process)
    },
  },
]

/** Roles that a process has often enough for a name of their own. */
export const groups: Readonly<Record<'control-plane' | 'control-plane-copy', readonly RoleName[]>> = {
  'control-plane': ['apiserver', 'projector', 'controllers', 'scheduler', 'compactor'],
  /** Of a host that joined, which has no Redis of its own. */
  'control-plane-copy': ['apiserver', 'controllers', 'scheduler'],
}
