import { E } from '@periplus/prelude'
import type { HookRunner } from './hook-runner.ts'

/** For a node on which nothing runs: hooks count as done. */
export const noHooks: HookRunner = { run: async () => E.right(undefined) }
