import { whetherWanted } from '@periplus/ingress'
import type { Home } from '../home/home.ts'
import type { ClusterProcess } from './process.ts'
import { tellSupervisor } from './tell-supervisor.ts'

/** Has the supervisor start what serves Ingresses with the first one of our class: a cluster without any has no process for them. */
export const offerIngress = (home: Home, { cut, logger, onStop }: ClusterProcess): void => {
  const supervisor = tellSupervisor(home, 'ingress', logger.for('ingress'))
  const stop = whetherWanted(cut, supervisor.tell)
  onStop({ name: 'what the supervisor is told', stop: async () => supervisor.stop() })
  onStop({ name: 'ingresses', stop: async () => stop() })
}
