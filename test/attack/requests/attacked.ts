import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Asked, Told } from './api-server.ts'
import type { Written } from './written.ts'

type Tagged<A extends Told['tag']> = Extract<Told, { readonly tag: A }>

export interface AttackedServer {
  readonly ready: Tagged<'Ready'>
  /** How it ended, once it has, which nobody asked for. */
  died(): string | undefined
  /** Milliseconds of CPU for which its event loop worked without a turn, at most, since this was asked last. */
  stall(): Promise<number>
  /** What was written since this was asked last. */
  written(): Promise<readonly Written[]>
  state(): Promise<Tagged<'State'>>
  /** Where a snapshot of its heap is, with what `state` leaves out. */
  heap(): Promise<string>
  end(): Promise<void>
}

/** What the server may keep in memory, its log included: more, and it dies, which is a complaint. */
const heapMegabytes = 1024

/** Starts an API server in a process of its own. */
export const attackedServer = async (): Promise<AttackedServer> => {
  const asSources = import.meta.url.endsWith('.ts')
  const script = new URL(`./api-server.${asSources ? 'ts' : 'js'}`, import.meta.url)
  const child = fork(fileURLToPath(script), [], {
    execArgv: [
      ...(asSources ? ['--import', 'tsx'] : ['--enable-source-maps']),
      ...(process.env['PROFILE'] === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${process.env['PROFILE']}`]),
      '--expose-gc',
      `--max-old-space-size=${heapMegabytes}`,
      // Collections of what is young cost a twentieth otherwise.
      '--max-semi-space-size=32',
    ],
  })
  let died: string | undefined
  let ending = false
  child.once('exit', (code, signal) => {
    if (!ending) died = `the server ended with ${code ?? signal}`
  })
  const told = <A extends Told['tag']>(tag: A): Promise<Tagged<A>> =>
    new Promise((resolve, reject) => {
      const hear = (said: Told): void => {
        if (said.tag !== tag) return
        child.off('message', hear)
        child.off('exit', gone)
        resolve(said as Tagged<A>)
      }
      const gone = (): void => reject(new Error('the server has ended'))
      child.on('message', hear)
      child.on('exit', gone)
    })
  const ask = <A extends Told['tag']>(asked: Asked, tag: A): Promise<Tagged<A>> => {
    const answer = told(tag)
    if (died === undefined) child.send(asked)
    return died === undefined ? answer : Promise.reject(new Error(died))
  }
  return {
    ready: await told('Ready'),
    died: () => died,
    stall: async () => (await ask('stall', 'Stall')).seconds * 1000,
    written: async () => (await ask('written', 'Written')).events,
    state: () => ask('state', 'State'),
    heap: async () => (await ask('heap', 'Heap')).path,
    end: async () => {
      if (died !== undefined) return
      ending = true
      child.send('end' satisfies Asked)
      await once(child, 'exit')
    },
  }
}
