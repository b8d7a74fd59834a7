import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { startNats, startRedis, startServer } from '@periplus/service'
import type { SettingsOf } from '@periplus/service'
import type { settings } from '../settings.ts'
import type { Home } from './home.ts'
import type { Child, ChildSpec } from './keep-running.ts'

export type Settings = SettingsOf<typeof settings>

/** A refusal to start becomes a rejection here, at the supervisor's edge. */
const orThrow = <A>(result: Either<string, A>): A => {
  if (E.isLeft(result)) throw new Error(result.left)
  return result.right
}

/** What is started again comes back at the port where its clients look for it, or not at all. */
const atOnePort = <S extends Child & { readonly port: number }>(
  name: string,
  start: (port: { readonly port?: number }) => Promise<Either<string, S>>,
): ChildSpec => {
  let known: { readonly port?: number } = {}
  return {
    name,
    start: async () => {
      const child = orThrow(await start(known))
      known = { port: child.port }
      return child
    },
  }
}

export const natsChild = (home: Home, { sync }: Settings, binary: string): ChildSpec =>
  atOnePort('nats', port => startNats({ binary, directory: home.nats, sync, ...port }))

export const redisChild = (home: Home, binary: string): ChildSpec =>
  atOnePort('redis', port => startRedis({ binary, directory: home.redis, ...port }))

/** The program that this is: `dist/main.js`. */
const entry = (): string => process.argv[1] ?? ''

/** What a served process writes when it is ready; removed before it starts. */
export const readyFile = (home: Home, name: string): string => join(home.logs, `${name}.ready`)

/** A process of this program under its own command, such as `serve control-plane`. */
export const servedChild = (home: Home, name: 'control-plane' | 'node'): ChildSpec => ({
  name,
  start: async (): Promise<Child> => {
    rmSync(readyFile(home, name), { force: true })
    return orThrow(
      await startServer({
        name,
        command: process.execPath,
        args: ['--enable-source-maps', entry(), 'serve', name],
        environment: { ...periplusVariables(), PERIPLUS_HOME: home.directory },
        directory: home.logs,
        answers: async () => existsSync(readyFile(home, name)),
      }),
    )
  },
})

const periplusVariables = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).filter(
      (pair): pair is [string, string] => pair[0].startsWith('PERIPLUS_') && !!pair[1],
    ),
  )
