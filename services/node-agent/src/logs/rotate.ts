import { lstat, rename, rm } from 'node:fs/promises'
import { E, pause } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import type { ContainerRuntime, ContainerState } from '@periplus/runtime'
import { compressFile } from './gzip-file.ts'
import { rotatedFiles } from './log-files.ts'

export interface RotationOptions {
  readonly runtime: ContainerRuntime
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly containers: () => readonly ContainerState[]
  /** One log could not be rotated, such as on a full disk; it is tried again, and the others have their turn. */
  readonly failed: (container: ContainerState, error: unknown) => void
  /** Default 10 MiB. */
  readonly mostBytes?: number
  /** Of one container, the current one included. Default 5. */
  readonly mostFiles?: number
}

/** More often than the kubelet: a container may write a gigabyte in its ten seconds. */
const everyMilliseconds = 1_000

/** Keeps containers' logs from filling the disk. Resolves when nothing is done to them any more. */
export const rotateLogs = async (options: RotationOptions): Promise<void> => {
  const { clock, signal } = options
  const compressing = compressor(options)
  while (!signal.aborted) {
    await pause(clock, everyMilliseconds, signal)
    for (const container of options.containers()) {
      if (signal.aborted) break
      if (container.state !== 'running' || container.logPath === '') continue
      try {
        if (await keepSmall(options, container)) compressing.add(container)
      } catch (error) {
        options.failed(container, error)
      }
    }
  }
  await compressing.settled()
}

/** One log after the other: to compress takes longer than to rotate, and what writes fast is rotated meanwhile. */
const compressor = ({ signal, failed }: Pick<RotationOptions, 'signal' | 'failed'>) => {
  const waiting = new Map<string, ContainerState>()
  let running: Promise<void> | undefined
  const run = async (): Promise<void> => {
    for (const [id, container] of waiting) {
      waiting.delete(id)
      await compressRotated(container.logPath, signal).catch((error: unknown) => failed(container, error))
    }
    running = undefined
  }
  return {
    add: (container: ContainerState): void => {
      waiting.set(container.id, container)
      running ??= run()
    },
    settled: async (): Promise<void> => running,
  }
}

/** Whether it was rotated. */
const keepSmall = async (options: RotationOptions, container: ContainerState): Promise<boolean> => {
  const { runtime, mostBytes = 10 * 2 ** 20 } = options
  const found = await lstat(container.logPath).catch(() => undefined)
  // An agent that was killed had renamed it, and the container goes on writing to the renamed one.
  if (!found) await runtime.reopenLog(container.id)
  if (!found || found.size <= mostBytes) return false
  await rotate(options, container)
  return true
}

/** Compresses what was rotated, but for the newest, at whose end a reader may still be. */
export const compressRotated = async (logPath: string, signal?: AbortSignal): Promise<void> => {
  const files = await rotatedFiles(logPath)
  for (const file of files.slice(0, -1)) if (!file.endsWith('.gz') && !signal?.aborted) await compressFile(file)
}

/** Has a log begin anew. The oldest of its files go. */
export const rotate = async (
  options: Pick<RotationOptions, 'runtime' | 'clock' | 'mostFiles'>,
  { id, logPath }: ContainerState,
): Promise<void> => {
  const { runtime, clock, mostFiles = 5 } = options
  const before = await rotatedFiles(logPath)
  // The file that is about to be rotated, and the one after it, count too.
  const surplus = before.slice(0, Math.max(0, before.length - (mostFiles - 2)))
  for (const file of surplus) await rm(file, { force: true })
  const rotated = freeName(logPath, clock.now(), before)
  await rename(logPath, rotated)
  const reopened = await runtime.reopenLog(id)
  if (E.isLeft(reopened)) await rename(rotated, logPath)
}

/** Its name says when, and has a count where the newest has that time or, as the clock was set back, a later one. */
const freeName = (logPath: string, now: number, before: readonly string[]): string => {
  const stamp = new Date(now).toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15)
  const [, newest = '', count = '0'] = /\.(\d{8}-\d{6})(?:\.(\d+))?(?:\.gz)?$/.exec(before.at(-1) ?? '') ?? []
  return newest < stamp ? `${logPath}.${stamp}` : `${logPath}.${newest}.${Number(count) + 1}`
}
