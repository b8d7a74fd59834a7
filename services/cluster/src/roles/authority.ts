import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Home } from '../home/home.ts'
import { CannotGoOn } from '../home/say.ts'

/** The certificate of the cluster's authority, in PEM, for those who have no use of its key. */
export const authorityOf = async (home: Home): Promise<string> => {
  try {
    return await readFile(join(home.pki, 'ca.crt'), 'utf8')
  } catch {
    throw new CannotGoOn(`${home.pki} has no certificate of the cluster's authority yet: an API server makes it`)
  }
}
