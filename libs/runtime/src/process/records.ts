import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ContainerConfig, SandboxConfig } from '../configuration.ts'
import type { ContainerState, SandboxState } from '../container-runtime.ts'
import type { Launch } from './change-root.ts'
import { removeTree } from './remove-tree.ts'

/** What is remembered of a sandbox. */
export interface SandboxRecord {
  readonly state: SandboxState
  readonly config: SandboxConfig
}

/** What is remembered of a container; `pid` and `began` name its process while it runs. */
export interface ContainerRecord {
  readonly state: ContainerState
  readonly config: ContainerConfig
  readonly launch: Launch
  readonly env: Readonly<Record<string, string>>
  readonly stopSignal: NodeJS.Signals
  readonly pid?: number
  readonly began?: string
}

/** Records in files, so that a restarted node agent knows what there was. */
export interface Records<R> {
  all(): readonly R[]
  get(id: string): R | undefined
  put(id: string, record: R): void
  remove(id: string): Promise<void>
  directory(id: string): string
}

export const records = <R>(root: string): Records<R> => {
  mkdirSync(root, { recursive: true })
  const held = new Map<string, R>()
  const directory = (id: string) => join(root, id)
  for (const id of readdirSync(root)) {
    const file = join(directory(id), 'record.json')
    // Without a record it was being made, or removed, when everything ended.
    if (existsSync(file)) held.set(id, JSON.parse(readFileSync(file, 'utf8')) as R)
    else rmSync(directory(id), { recursive: true, force: true })
  }
  return {
    all: () => [...held.values()],
    get: id => held.get(id),
    put: (id, record) => {
      mkdirSync(directory(id), { recursive: true })
      held.set(id, record)
      const file = join(directory(id), 'record.json')
      // What a container's environment says may be somebody's secret.
      writeFileSync(`${file}.new`, JSON.stringify(record), { mode: 0o600 })
      renameSync(`${file}.new`, file)
    },
    remove: async id => {
      held.delete(id)
      rmSync(join(directory(id), 'record.json'), { force: true })
      await removeTree(directory(id))
    },
    directory,
  }
}
