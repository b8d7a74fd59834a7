import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Pod } from '@periplus/kinds'
import { E } from '@periplus/prelude'
import type { Clock, Either } from '@periplus/prelude'
import { namesIn, watchFolder } from '../files/watch-folder.ts'
import { podOfManifest } from './manifest.ts'

/** The pods that a node runs of its own accord. */
export interface StaticPods {
  readonly pods: readonly Pod[]
  /** Calls back whenever they have changed, until the folder's signal aborts. */
  listen(changed: () => void): void
}

const noStaticPods: StaticPods = { pods: [], listen: () => undefined }

export interface ManifestFolderOptions {
  readonly directory: string
  readonly nodeName: string
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Told once of each content of a file that is no pod. */
  readonly refused: (path: string, why: string) => void
}

/** Of folders whose changes nobody tells, the kubelet's `fileCheckFrequency`. */
const readAgainMilliseconds = 20_000
const mostBytes = 1024 * 1024

interface Reading {
  readonly text: string
  readonly pod: Pod | undefined
}

/** The pods of a folder's files, where there is a folder. */
export const staticPodsOf = async (
  directory: string | undefined,
  options: Omit<ManifestFolderOptions, 'directory'>,
): Promise<StaticPods> => (directory === undefined ? noStaticPods : manifestFolder({ ...options, directory }))

/**
 * The pods of the files in a folder, names that begin with a dot left out. A file that is no pod any more, perhaps because it is
 * just being written, stands for the pod that it last was; of two of one name the first file's counts.
 */
const manifestFolder = async (options: ManifestFolderOptions): Promise<StaticPods> => {
  const { directory, clock, signal } = options
  let readings: ReadonlyMap<string, Reading> = new Map()
  let pods: readonly Pod[] = []
  let changed: () => void = () => undefined

  const readAll = async (): Promise<void> => {
    const names = (await namesIn(directory)).filter(name => !name.startsWith('.')).sort()
    const next = new Map<string, Reading>()
    for (const name of names) {
      const path = join(directory, name)
      const read = await readOne(path, readings.get(path), options)
      if (read) next.set(path, read)
    }
    readings = next
    const before = pods
    pods = firstOfEachName([...next.values()].flatMap(({ pod }) => pod ?? []))
    if (!sameUids(before, pods)) changed()
  }
  await watchFolder({ directory, everyMilliseconds: readAgainMilliseconds, clock, signal }, readAll)
  return {
    get pods() {
      return pods
    },
    listen: listener => {
      changed = () => {
        if (!signal.aborted) listener()
      }
    },
  }
}

const readOne = async (
  path: string,
  before: Reading | undefined,
  { nodeName, refused }: ManifestFolderOptions,
): Promise<Reading | undefined> => {
  const text = await textOf(path)
  if (E.isLeft(text)) {
    if (text.left !== undefined) refused(path, text.left)
    return before && text.left !== undefined ? before : undefined
  }
  if (text.right === before?.text) return before
  const pod = podOfManifest(text.right, path, nodeName)
  if (E.isLeft(pod)) refused(path, pod.left)
  return { text: text.right, pod: E.isLeft(pod) ? before?.pod : pod.right }
}

/** Left with nothing: there is no such file. */
const textOf = async (path: string): Promise<Either<string | undefined, string>> => {
  try {
    const { size } = await stat(path)
    if (size > mostBytes) return E.left(`more than ${mostBytes} bytes`)
    return E.right(await readFile(path, 'utf8'))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return E.left(code === 'ENOENT' ? undefined : code)
  }
}

const nameOf = ({ metadata }: Pod): string => `${metadata?.namespace}/${metadata?.name}`

const firstOfEachName = (pods: readonly Pod[]): readonly Pod[] => {
  const names = new Set<string>()
  return pods.filter(pod => !names.has(nameOf(pod)) && names.add(nameOf(pod)))
}

const sameUids = (before: readonly Pod[], after: readonly Pod[]): boolean =>
  before.length === after.length && before.every((pod, at) => pod.metadata?.uid === after[at]?.metadata?.uid)
