import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { E } from '@periplus/prelude'
import { compiled, hasGo } from '../kubernetes/go-programs.ts'

/** What the Go program says of one piece of its work. */
export interface GoFigures {
  readonly milliseconds: number
  readonly cpuMilliseconds: number
  readonly objects: number
}

/** A client in Go, as most of Kubernetes' are. */
export interface GoClient {
  /** Opens the watches, calls `make` when all are open, and resolves when each has had all events. */
  watch(kubeconfig: string, watchers: number, events: number, make: () => Promise<void>): Promise<GoFigures>
  /** Lists all pods so often, each time decoded. */
  list(kubeconfig: string, times: number): Promise<readonly GoFigures[]>
}

/** Compiles the client into `directory`; `undefined` where there is no Go. */
export const goClient = (root: string, directory: string): GoClient | undefined => {
  if (!hasGo()) return undefined
  const made = compiled(join(root, 'test/bench/go-client'), '.', join(directory, 'go-client'))
  if (E.isLeft(made)) throw new Error(made.left)
  const program = made.right

  const lines = async (args: readonly string[], onReady: () => Promise<void>): Promise<readonly GoFigures[]> => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    const ended = once(child, 'exit') as Promise<[number | null]>
    const figures: GoFigures[] = []
    let making: Promise<void> | undefined
    for await (const line of createInterface({ input: child.stdout }))
      if (line === 'ready') making = onReady()
      else figures.push(JSON.parse(line) as GoFigures)
    await making
    const [code] = await ended
    if (code !== 0) throw new Error(`go-client ended with ${code}`)
    return figures
  }
  return {
    watch: async (kubeconfig, watchers, events, make) => {
      const [figures] = await lines([kubeconfig, 'watch', String(watchers), String(events)], make)
      if (!figures) throw new Error('go-client said nothing')
      return figures
    },
    list: (kubeconfig, times) => lines([kubeconfig, 'list', String(times)], () => Promise.resolve()),
  }
}
