import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { connectBus } from '@periplus/bus'
import type { Bus } from '@periplus/bus'
import { right } from '../measure.ts'

/** The cluster's own NATS. */
export const natsBus = async (home: string): Promise<Bus> => {
  const line = (name: string): string => readFileSync(join(home, 'nats', name), 'utf8').trim()
  const servers = `127.0.0.1:${line('nats.port')}`
  return right(await connectBus({ servers, user: 'periplus', password: line('nats.password'), name: 'bench' }))
}
