import { resolve } from 'node:path'
import { E } from '@periplus/prelude'
import { readSettings } from '@periplus/service'
import { settings } from './settings.ts'
import type { Settings } from './up/children.ts'
import { homeOf } from './up/home.ts'
import type { Home } from './up/home.ts'
import { CannotGoOn } from './up/say.ts'

/** What every command has. */
export interface Context {
  readonly home: Home
  readonly settings: Settings
  readonly say: (line: string) => void
}

/** Settings are read once, before a command does anything: a bad value ends every command alike. */
export const contextOf = (): Context => {
  const read = readSettings(settings, process.env)
  if (E.isLeft(read)) throw new CannotGoOn(read.left.join('\n'))
  return { home: homeOf(resolve(read.right.home)), settings: read.right, say: line => console.log(line) }
}
