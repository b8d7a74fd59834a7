import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { fromJson } from '@periplus/api'
import type { Refusal } from '@periplus/api'
import { threadScript, workerPool } from '@periplus/service'
import type { WorkRefusal } from '@periplus/service'
import type { ParsedYaml } from './parse-yaml.ts'
import { ownedBy } from './owned-by.ts'
import { writtenForPeople } from './write-for-people.ts'

/** What a thread is asked to do with a body. */
export type BodyTask =
  | { readonly tag: 'ReadYaml'; readonly body: Uint8Array }
  /** Of JSON. */
  | { readonly tag: 'Write'; readonly form: 'yaml' | 'pretty'; readonly body: Uint8Array }

/** What it answers: JSON text, which is read faster than a copy of the value, or the text that was wanted. */
export type BodyAnswer =
  | { readonly tag: 'Refused'; readonly refusal: Refusal }
  | { readonly tag: 'Parsed'; readonly json: string; readonly duplicates: readonly string[] }
  | { readonly tag: 'Written'; readonly bytes: Uint8Array }

/** Reads YAML for a user, in a thread. */
export type ReadYaml = (user: string, body: Uint8Array) => Promise<Either<Refusal, ParsedYaml>>

/** Less than this is written at once. */
const leastBytes = 32 * 1024

/** Writes JSON for a user in a form for people; what is long in a thread. */
export type WriteForPeople = (
  user: string,
  form: 'yaml' | 'pretty',
  json: Uint8Array,
) => Promise<Either<Refusal, Uint8Array>>

export interface BodyThreads {
  readonly readYaml: ReadYaml
  readonly writeForPeople: WriteForPeople
  close(): Promise<void>
}

const busy: Refusal = {
  tag: 'TooManyRequests',
  message: 'Too many requests, please try again later.',
  retryAfterSeconds: 1,
}

const unreadable = (why: string): Refusal => ({
  tag: 'BadRequest',
  message: `error converting YAML to JSON: yaml: the document ${why}`,
})

const unwritable: Refusal = {
  tag: 'NotAcceptable',
  message: 'the answer is too large to be written in this form; ask for application/json, in pages',
}

const refusalOf = (refusal: WorkRefusal, { tag }: BodyTask): Refusal => {
  if (refusal.tag === 'Busy') return busy
  if (tag !== 'ReadYaml') return unwritable
  return refusal.tag === 'TooLong'
    ? unreadable(`takes more than ${refusal.seconds}s to read`)
    : unreadable(`cannot be read: ${refusal.message}`)
}

/**
 * YAML is read and written in threads of its own: the parser takes seconds for some bodies of a few kilobytes, and for some never
 * ends; a list of ten thousand pods takes seconds to write. What takes too long is refused, and a user waits for nobody's but their own.
 */
export const bodyThreads = (): BodyThreads => {
  const pool = workerPool({
    script: threadScript(import.meta.url, 'body-thread'),
    threads: 2,
    longestQueue: 64,
    mostPerUser: 8,
    limitMilliseconds: 10_000,
    memoryMegabytes: 384,
  })
  const run = async (
    user: string,
    task: BodyTask,
  ): Promise<Either<Refusal, Exclude<BodyAnswer, { tag: 'Refused' }>>> => {
    const done = await pool.run(user, task, task.tag === 'Write' ? ownedBy(task.body) : [])
    if (E.isLeft(done)) return E.left(refusalOf(done.left, task))
    const answer = done.right as BodyAnswer
    return answer.tag === 'Refused' ? E.left(answer.refusal) : E.right(answer)
  }
  return {
    readYaml: async (user, body) => {
      const answer = await run(user, { tag: 'ReadYaml', body })
      if (E.isLeft(answer)) return answer
      const { json, duplicates } = answer.right as Extract<BodyAnswer, { tag: 'Parsed' }>
      return E.right({ value: fromJson(json), duplicates })
    },
    writeForPeople: async (user, form, body) => {
      if (body.length < leastBytes) return E.right(Buffer.from(writtenForPeople(form, body)))
      const answer = await run(user, { tag: 'Write', form, body })
      if (E.isLeft(answer)) return answer
      return E.right((answer.right as Extract<BodyAnswer, { tag: 'Written' }>).bytes)
    },
    close: () => pool.close(),
  }
}
