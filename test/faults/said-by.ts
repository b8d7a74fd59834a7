import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What a process of a cluster has said, also where its output began anew meanwhile, as it does at midnight. */
export const saidBy = (home: string, process: 'supervisor' | 'control-plane'): string => {
  const path = join(home, 'logs', `${process}.log`)
  return [`${path}.1`, path].map(each => (existsSync(each) ? readFileSync(each, 'utf8') : '')).join('')
}
