import { parentPort } from 'node:worker_threads'
import { E } from '@periplus/prelude'
import { hasTooManyValues, toJson, tooManyValues } from '@periplus/api'
import type { BodyAnswer, BodyTask } from './body-threads.ts'
import { ownedBy } from './owned-by.ts'
import { parseYaml } from './parse-yaml.ts'
import { writtenForPeople } from './write-for-people.ts'

const open = 0x7b

const readYaml = (body: Uint8Array): BodyAnswer => {
  // JSON is YAML, too, and read as such takes seconds.
  if (body[0] === open && hasTooManyValues(body)) return { tag: 'Refused', refusal: tooManyValues }
  const parsed = parseYaml(body)
  if (E.isLeft(parsed)) return { tag: 'Refused', refusal: parsed.left }
  const { value, duplicates } = parsed.right
  const json = toJson(value)
  if (hasTooManyValues(Buffer.from(json))) return { tag: 'Refused', refusal: tooManyValues }
  return { tag: 'Parsed', json, duplicates }
}

const answer = (task: BodyTask): BodyAnswer => {
  switch (task.tag) {
    case 'ReadYaml':
      return readYaml(task.body)
    case 'Write':
      return { tag: 'Written', bytes: Buffer.from(writtenForPeople(task.form, task.body)) }
  }
}

parentPort?.on('message', (task: BodyTask) => {
  const done = answer(task)
  parentPort?.postMessage(done, done.tag === 'Written' ? ownedBy(done.bytes) : [])
})
