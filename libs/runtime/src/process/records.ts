import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { ContainerConfig, SandboxConfig } from '../configuration.ts'
import type { ContainerState, SandboxState } from '../container-runtime.ts'
import type { Launch } from './change-root.ts'
import { readJson, writeJson } from './json-file.ts'
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
  /**
   * Throws where the first record of something cannot be written: then there is nothing. A later one that has no room is the truth all
   * the same, for as long as this process lives.
   */
  put(id: string, record: R): void
  remove(id: string): Promise<void>
  directory(id: string): string
}

export const records = <R>(root: string): Records<R> => {
  mkdirSync(root, { recursive: true })
  const held = new Map<string, R>()
  const directory = (id: string) => join(root, id)
  const fileOf = (id: string) => join(directory(id), 'record.json')
  for (const id of readdirSync(root)) {
    const record = readJson<R>(fileOf(id))
    // Without a record it was being made, or removed, when everything ended.
    if (record) held.set(id, record)
    else rmSync(directory(id), { recursive: true, force: true })
  }
  return {
    all: () => [...held.values()],
    get: id => held.get(id),
    put: (id, record) => {
      const isNew = !held.has(id)
      try {
        mkdirSync(directory(id), { recursive: true })
        // What a container's environment says may be somebody's secret.
        writeJson(fileOf(id), record)
      } catch (error) {
        if (isNew) throw error
      }
      held.set(id, record)
    },
    remove: async id => {
      held.delete(id)
      rmSync(fileOf(id), { force: true })
      await removeTree(directory(id))
    },
    directory,
  }
}
