import { parentPort } from 'node:worker_threads'

/** Does what it is told: answers, never answers, throws, or takes all memory. */
parentPort?.on('message', (task: string) => {
  if (task === 'throw') throw new Error('thrown')
  if (task === 'loop') for (;;);
  if (task === 'memory') for (const hoard: unknown[] = []; ;) hoard.push(new Array(10_000).fill(task))
  parentPort?.postMessage(`did ${task}`)
})
parentPort?.postMessage('ready')
