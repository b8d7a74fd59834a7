import { readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import type { Home } from '../home/home.ts'
import { CannotGoOn } from '../home/say.ts'

const lookEvery = 50
const patience = 20_000

/** The certificate of the cluster's authority, in PEM, for those who have no use of its key; waits until an API server has made it. */
export const authorityOf = async (home: Home): Promise<string> => {
  for (const end = performance.now() + patience; performance.now() < end;) {
    const text = await readFile(home.ca, 'utf8').catch(() => undefined)
    if (text !== undefined) return text
    await pause(lookEvery)
  }
  throw new CannotGoOn(`${home.ca} is not there: an API server makes the cluster's authority`)
}
