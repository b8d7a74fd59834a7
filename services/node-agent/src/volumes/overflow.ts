import { execFile } from 'node:child_process'
import type { Pod } from '@periplus/kinds'
import type { Clock } from '@periplus/prelude'
import type { PodDisk } from '../files/pod-disk.ts'
import { wholeValue } from '../resources/quantity.ts'
import { pause } from '../runtime/view.ts'

/** The first emptyDir on the disk that holds more than its `sizeLimit`, as the kubelet says it; memory keeps its limit itself. */
export const overflowing = async (pod: Pod, homeOf: (volume: string) => string): Promise<string | undefined> => {
  for (const { name, emptyDir } of pod.spec?.volumes ?? []) {
    if (emptyDir?.sizeLimit === undefined || emptyDir.medium === 'Memory') continue
    const limit = wholeValue(emptyDir.sizeLimit)
    if (limit > 0 && (await bytesBelow(homeOf(name))) > limit)
      return `Usage of EmptyDir volume "${name}" exceeds the limit "${emptyDir.sizeLimit}". `
  }
  return undefined
}

/** What `du` counts; files that vanish meanwhile make it complain, and it counts on. */
const bytesBelow = (directory: string): Promise<number> =>
  new Promise(resolve =>
    execFile('du', ['--summarize', '--one-file-system', '--block-size=1', directory], (_error, stdout) =>
      resolve(Number(/^\d+/.exec(stdout)?.[0] ?? 0)),
    ),
  )

const everyMilliseconds = 10_000

/** Looks every ten seconds, as the kubelet does, for pods that have filled a volume beyond its limit. */
export const watchVolumes = async (options: {
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly disk: PodDisk
  readonly pods: () => readonly Pod[]
  readonly evict: (pod: Pod, message: string) => void
}): Promise<void> => {
  const { clock, signal, disk, evict } = options
  while (!signal.aborted) {
    await pause(clock, everyMilliseconds, signal)
    for (const pod of options.pods()) {
      if (signal.aborted) return
      const message = await disk.overflowing(pod)
      if (message !== undefined) evict(pod, message)
    }
  }
}
