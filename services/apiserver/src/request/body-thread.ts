import { parentPort } from 'node:worker_threads'
import { E } from '@periplus/prelude'
import { hasTooManyValues, toJson, tooManyValues } from '@periplus/api'
import type { BodyAnswer, BodyTask } from './body-threads.ts'
import { parseYaml } from './parse-yaml.ts'
import { writtenForPeople } from './write-for-people.ts'

const readYaml = (body: Uint8Array): BodyAnswer => {
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
      return { tag: 'Written', text: writtenForPeople(task.form, task.body) }
  }
}

parentPort?.on('message', (task: BodyTask) => parentPort?.postMessage(answer(task)))
