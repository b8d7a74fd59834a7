import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { dialogue, gone, identityOf, isRunning } from '@periplus/service'
import type { ContainerdRefusal, LocalContainerd } from '@periplus/service'
import type { Child, ChildSpec } from './keep-running.ts'
import { CannotGoOn } from '../home/say.ts'

/** Milliseconds until it is noticed that containerd has gone. */
const lookEvery = 200

/** Resolves when the process has ended, which need not be a child of ours. */
const ended = async (pid: number): Promise<string> => {
  const process_ = identityOf(pid)
  while (process_ && isRunning(process_)) await new Promise(resolve => setTimeout(resolve, lookEvery))
  return 'it is gone'
}

/** How HTTP/2 begins: the client's preface and empty settings, which a server answers with settings of its own (RFC 9113, 3.4). */
const greeting = Buffer.concat([
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]),
])

const kill = async (pid: number): Promise<void> => {
  const process_ = identityOf(pid)
  if (!process_) return
  process.kill(pid, 'SIGKILL')
  await gone([process_], 10_000)
}

/**
 * containerd as a child to keep running: its containers outlive it, and are found again by the one that is started in its
 * place. `first` is the one that runs already.
 */
export const containerdChild = (
  first: LocalContainerd,
  {
    ensure,
    stop,
    explain,
  }: {
    readonly ensure: () => Promise<Either<ContainerdRefusal, LocalContainerd>>
    readonly stop: () => Promise<void>
    readonly explain: (refusal: ContainerdRefusal) => string
  },
): ChildSpec => {
  let running: LocalContainerd | undefined = first
  let address = first.address
  return {
    name: 'containerd',
    start: async (): Promise<Child> => {
      const ensured = running ? E.right(running) : await ensure()
      running = undefined
      if (E.isLeft(ensured)) throw new CannotGoOn(explain(ensured.left))
      address = ensured.right.address
      const { pid } = ensured.right
      return { pid, exited: ended(pid), stop, kill: () => kill(pid) }
    },
    answers: async () => (await dialogue({ to: address, say: greeting, until: /^[^]{9}/ })) !== undefined,
  }
}
