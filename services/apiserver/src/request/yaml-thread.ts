import { parentPort } from 'node:worker_threads'
import { E } from '@periplus/prelude'
import { toJson } from '@periplus/api'
import type { ParsedInThread } from './yaml-threads.ts'
import { parseYaml } from './parse-yaml.ts'

const answer = (body: Uint8Array): ParsedInThread => {
  const parsed = parseYaml(body)
  if (E.isLeft(parsed)) return { tag: 'Refused', refusal: parsed.left }
  const { value, duplicates } = parsed.right
  return { tag: 'Parsed', json: toJson(value), duplicates }
}

parentPort?.on('message', (body: Uint8Array) => parentPort?.postMessage(answer(body)))
