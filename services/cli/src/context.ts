import { resolve } from 'node:path'
import { E } from '@periplus/prelude'
import { readSettings } from '@periplus/service'
import { CannotGoOn, homeOf, settings } from '@periplus/cluster'
import type { Home, Settings } from '@periplus/cluster'

/** What every command has. */
export interface Context {
  readonly home: Home
  readonly settings: Settings
  readonly say: (line: string) => void
  /** Besides what was asked for. */
  readonly note: (line: string) => void
  /** `KUBECONFIG`. */
  readonly kubeconfig: string | undefined
}

/** Settings are read once, before a command does anything: a bad value ends every command alike. */
export const contextOf = (): Context => {
  const read = readSettings(settings, process.env)
  if (E.isLeft(read)) throw new CannotGoOn(read.left.join('\n'))
  return {
    home: homeOf(resolve(read.right.home)),
    settings: read.right,
    say: line => console.log(line),
    note: line => console.error(`periplus: ${line}`),
    kubeconfig: process.env['KUBECONFIG'],
  }
}
