import type { TransferListItem, Worker } from 'node:worker_threads'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { startThread } from './start-thread.ts'

/** Why a task was not done. */
export type WorkRefusal =
  /** The user's share, or the whole queue, is full. */
  | { readonly tag: 'Busy' }
  /** It was ended, as it took longer than a task may. */
  | { readonly tag: 'TooLong'; readonly seconds: number }
  /** Its thread died of it, such as of too much memory. */
  | { readonly tag: 'Died'; readonly message: string }

/** How many threads, and what one user may ask of them. */
export interface WorkerPoolConfig {
  /** Sends one message, whatever it is, once it has started, and then answers each message with one. */
  readonly script: URL
  readonly threads: number
  /** Tasks that wait, of all users. */
  readonly longestQueue: number
  /** Tasks of one user, waiting or under way. */
  readonly mostPerUser: number
  readonly limitMilliseconds: number
  readonly memoryMegabytes: number
}

/** Threads for work that would hold up everybody else in the process. They start when there is something to do. */
export interface WorkerPool {
  /** `given` is handed over with the task and not copied. The user's tasks are done in order; no user has all threads at once. Never rejects. */
  run(user: string, task: unknown, given?: readonly TransferListItem[]): Promise<Either<WorkRefusal, unknown>>
  close(): Promise<void>
}

interface Task {
  readonly user: string
  readonly message: unknown
  readonly given: readonly TransferListItem[]
  readonly resolve: (answer: Either<WorkRefusal, unknown>) => void
}

/** A machine with much to do takes its time to start a thread, which is no task's fault. */
const startMilliseconds = 60_000

interface Thread {
  readonly worker: Worker
  isReady: boolean
  task: Task | undefined
  timer: NodeJS.Timeout | undefined
}

/** Threads that answer messages, with limits for each user. */
export const workerPool = (config: WorkerPoolConfig): WorkerPool => {
  const { script, threads, longestQueue, mostPerUser, limitMilliseconds, memoryMegabytes } = config
  const running = new Set<Thread>()
  const waiting: Task[] = []

  const busyFor = (user: string): number => [...running].filter(({ task }) => task?.user === user).length
  const mayStart = ({ user }: Task): boolean => busyFor(user) < Math.max(1, threads - 1)

  const started = (): Thread => {
    const worker = startThread(script, { resourceLimits: { maxOldGenerationSizeMb: memoryMegabytes } })
    const thread: Thread = { worker, isReady: false, task: undefined, timer: undefined }
    worker.unref()
    worker.on('message', (answer: unknown) => {
      if (thread.isReady) return finish(thread, E.right(answer))
      thread.isReady = true
      limit(thread)
    })
    worker.on('error', error => lose(thread, { tag: 'Died', message: error.message }))
    running.add(thread)
    return thread
  }
  /** Of the task from when the thread is there to do it. */
  const limit = (thread: Thread): void => {
    clearTimeout(thread.timer)
    thread.timer = thread.isReady
      ? setTimeout(() => lose(thread, { tag: 'TooLong', seconds: limitMilliseconds / 1000 }), limitMilliseconds)
      : setTimeout(() => lose(thread, { tag: 'Died', message: 'the thread does not start' }), startMilliseconds)
  }
  const finish = (thread: Thread, answer: Either<WorkRefusal, unknown>): void => {
    clearTimeout(thread.timer)
    const { task } = thread
    thread.task = undefined
    task?.resolve(answer)
    next()
  }
  const lose = (thread: Thread, refusal: WorkRefusal): void => {
    running.delete(thread)
    void thread.worker.terminate()
    finish(thread, E.left(refusal))
  }
  const idle = (): Thread | undefined =>
    [...running].find(({ task }) => task === undefined) ?? (running.size < threads ? started() : undefined)
  const next = (): void => {
    const position = waiting.findIndex(mayStart)
    if (position < 0) return
    const thread = idle()
    if (!thread) return
    const [task] = waiting.splice(position, 1)
    if (!task) return
    thread.task = task
    limit(thread)
    thread.worker.postMessage(task.message, task.given)
  }
  return {
    run: (user, message, given = []) =>
      new Promise(resolve => {
        const own = busyFor(user) + waiting.filter(task => task.user === user).length
        if (own >= mostPerUser || waiting.length >= longestQueue) return resolve(E.left({ tag: 'Busy' }))
        waiting.push({ user, message, given, resolve })
        next()
      }),
    close: async () => {
      for (const task of waiting.splice(0)) task.resolve(E.left({ tag: 'Died', message: 'the process ends' }))
      await Promise.all([...running].map(({ worker }) => worker.terminate()))
      for (const thread of [...running]) lose(thread, { tag: 'Died', message: 'the process ends' })
    },
  }
}
