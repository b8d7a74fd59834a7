import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { fromJson } from '@periplus/api'
import type { Refusal } from '@periplus/api'
import { threadScript, workerPool } from '@periplus/service'
import type { WorkRefusal } from '@periplus/service'
import type { ParsedYaml } from './parse-yaml.ts'

/** What a thread answers: JSON text, which is read faster than a copy of the value. */
export type ParsedInThread =
  | { readonly tag: 'Refused'; readonly refusal: Refusal }
  | { readonly tag: 'Parsed'; readonly json: string; readonly duplicates: readonly string[] }

/** Reads YAML for a user, in a thread. */
export type ReadYaml = (user: string, body: Uint8Array) => Promise<Either<Refusal, ParsedYaml>>

export interface YamlThreads {
  readonly read: ReadYaml
  close(): Promise<void>
}

const refusalOf = (refusal: WorkRefusal): Refusal => {
  switch (refusal.tag) {
    case 'Busy':
      return {
        tag: 'TooManyRequests',
        message: 'Too many requests, please try again later.',
        retryAfterSeconds: 1,
      }
    case 'TooLong':
      return {
        tag: 'BadRequest',
        message: `error converting YAML to JSON: yaml: the document takes more than ${refusal.seconds}s to read`,
      }
    case 'Died':
      return {
        tag: 'BadRequest',
        message: `error converting YAML to JSON: yaml: the document cannot be read: ${refusal.message}`,
      }
  }
}

/**
 * YAML is read in threads of its own: its parser takes seconds for some bodies of a few kilobytes, and for some never ends. What
 * takes too long is refused, and a user waits for nobody's but their own.
 */
export const yamlThreads = (): YamlThreads => {
  const pool = workerPool({
    script: threadScript(import.meta.url, 'yaml-thread'),
    threads: 2,
    longestQueue: 64,
    mostPerUser: 8,
    limitMilliseconds: 10_000,
    memoryMegabytes: 256,
  })
  return {
    read: async (user, body) => {
      const done = await pool.run(user, body)
      if (E.isLeft(done)) return E.left(refusalOf(done.left))
      const parsed = done.right as ParsedInThread
      if (parsed.tag === 'Refused') return E.left(parsed.refusal)
      return E.right({ value: fromJson(parsed.json), duplicates: parsed.duplicates })
    },
    close: () => pool.close(),
  }
}
