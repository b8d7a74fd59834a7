import { Worker } from 'node:worker_threads'
import type { WorkerOptions } from 'node:worker_threads'

/**
 * The script of a thread: a file beside the one that starts it, in the sources and in the bundle alike.
 *
 * @param here `import.meta.url` of whoever starts it
 */
export const threadScript = (here: string, name: string): URL =>
  new URL(`./${name}.${here.endsWith('.ts') ? 'ts' : 'js'}`, here)

/** Threads don't inherit what lets a process run the sources directly, which it does in the checkout only. */
const fromSources = (script: URL): string =>
  `import('tsx/esm/api').then(({ register }) => { register(); return import(${JSON.stringify(script.href)}) })`

export const startThread = (script: URL, options: WorkerOptions): Worker =>
  script.pathname.endsWith('.ts')
    ? new Worker(fromSources(script), { ...options, eval: true })
    : new Worker(script, options)
