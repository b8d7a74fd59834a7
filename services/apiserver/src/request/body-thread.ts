import { parentPort } from 'node:worker_threads'
import { E } from '@periplus/prelude'
import { hasTooManyValues, mostDefinitionValues, toJson, tooManyValues } from '@periplus/api'
import type { BodyAnswer, BodyTask } from './body-threads.ts'
import { ownedBy } from './owned-by.ts'
import { parseYaml } from './parse-yaml.ts'
import { writtenForPeople } from './write-for-people.ts'

/** What no kind has room for; which kind it is, is known to who asked. */
const tooMany: BodyAnswer = { tag: 'Refused', refusal: tooManyValues(mostDefinitionValues) }

const readYaml = (body: Uint8Array): BodyAnswer => {
  const parsed = parseYaml(body)
  if (E.isLeft(parsed)) return { tag: 'Refused', refusal: parsed.left }
  const { value, duplicates } = parsed.right
  const json = toJson(value)
  if (hasTooManyValues(Buffer.from(json), mostDefinitionValues)) return tooMany
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
parentPort?.postMessage('ready')
