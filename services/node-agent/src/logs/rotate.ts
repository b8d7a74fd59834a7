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

/** Keeps containers' logs from filling the disk. */
export const rotateLogs = async (options: RotationOptions): Promise<void> => {
  const { clock, signal } = options
  while (!signal.aborted) {
    await pause(clock, everyMilliseconds, signal)
    for (const container of options.containers()) {
      if (signal.aborted) return
      if (container.state !== 'running' || container.logPath === '') continue
      await keepSmall(options, container).catch((error: unknown) => options.failed(container, error))
    }
  }
}

const keepSmall = async (options: RotationOptions, container: ContainerState): Promise<void> => {
  const { runtime, mostBytes = 10 * 2 ** 20 } = options
  const found = await lstat(container.logPath).catch(() => undefined)
  // An agent that was killed had renamed it, and the container goes on writing to the renamed one.
  if (!found) await runtime.reopenLog(container.id)
  else if (found.size > mostBytes) await rotate(options, container)
}

/** The newest rotated file stays as it is, because a reader may still be at its end; older ones are compressed. */
export const rotate = async (
  options: Pick<RotationOptions, 'runtime' | 'clock' | 'mostFiles'>,
  { id, logPath }: ContainerState,
): Promise<void> => {
  const { runtime, clock, mostFiles = 5 } = options
  const before = await rotatedFiles(logPath)
  // The file that is about to be rotated, and the one after it, count too.
  const surplus = before.slice(0, Math.max(0, before.length - (mostFiles - 2)))
  for (const file of surplus) await rm(file, { force: true })
  for (const file of before.slice(surplus.length)) if (!file.endsWith('.gz')) await compressFile(file)
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
