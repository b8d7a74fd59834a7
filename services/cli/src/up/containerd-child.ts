import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { identityOf, isRunning } from '@periplus/service'
import type { ContainerdRefusal, LocalContainerd } from '@periplus/service'
import type { Child, ChildSpec } from './keep-running.ts'
import { CannotGoOn } from './say.ts'

/** Milliseconds until it is noticed that containerd has gone. */
const lookEvery = 200

/** Resolves when the process has ended, which need not be a child of ours. */
const ended = async (pid: number): Promise<string> => {
  const process_ = identityOf(pid)
  while (process_ && isRunning(process_)) await new Promise(resolve => setTimeout(resolve, lookEvery))
  return 'it is gone'
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
  return {
    name: 'containerd',
    start: async (): Promise<Child> => {
      const ensured = running ? E.right(running) : await ensure()
      running = undefined
      if (E.isLeft(ensured)) throw new CannotGoOn(explain(ensured.left))
      return { pid: ensured.right.pid, exited: ended(ensured.right.pid), stop }
    },
  }
}
