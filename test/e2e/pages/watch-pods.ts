import { once } from 'node:events'
import type { TestCluster } from '../cluster.ts'

/** What a person sees who watches pods in another terminal, as the pages tell them to. */
export interface WatchedPods {
  /** Lines so far, their columns apart by one space. */
  readonly lines: readonly string[]
  close(): Promise<void>
}

/** `kubectl get pods --watch` of the pods with these labels, from before this resolves on. */
export const watchPods = async ({ start }: TestCluster, selector: string): Promise<WatchedPods> => {
  // Asked to be talkative, it says when the server has begun to answer; of no pods it would say nothing.
  const watching = start('kubectl', ['get', 'pods', '--watch', '-l', selector, '--no-headers', '-v=6'])
  const lines: string[] = []
  let rest = ''
  watching.stdout?.on('data', (data: Buffer) => {
    const parts = (rest + data.toString()).split('\n')
    rest = parts.pop() ?? ''
    lines.push(...parts.map(line => line.trim().replace(/ +/g, ' ')))
  })
  let told = ''
  await new Promise<void>(begun =>
    watching.stderr?.on('data', (data: Buffer) => {
      told += data.toString()
      if (/watch=true.*200 OK/s.test(told)) begun()
    }),
  )
  return {
    lines,
    close: async () => {
      watching.kill()
      if (watching.exitCode === null) await once(watching, 'exit')
    },
  }
}
