import { whetherWanted } from '@periplus/ingress'
import type { Home } from '../home/home.ts'
import type { ClusterProcess } from './process.ts'
import { tellSupervisor } from './tell-supervisor.ts'

/** Has the supervisor start what serves Ingresses with the first one of our class: a cluster without any has no process for them. */
export const offerIngress = (home: Home, { cut, logger, onStop }: ClusterProcess): void => {
  const stop = whetherWanted(cut, tellSupervisor(home, 'ingress', logger.for('ingress')))
  onStop({ name: 'ingresses', stop: async () => stop() })
}
