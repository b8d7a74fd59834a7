/**
 * Holds our protobuf to Kubernetes' own serializer: the same objects to both, and the bytes must be equal. Kinds and fields that this
 * version of Kubernetes does not have yet are left out and counted. `--record` keeps the answers as the test of libs/api that needs
 * no Go. Run: `npx tsx test/oracle/wire.ts [--record]`, with N and SEED from the environment.
 */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { applyDefaults, conform, encodeProtobuf, groupVersion, toJson, travelsAsProtobuf } from '@periplus/api'
import type { Kind } from '@periplus/api'
import { builtinKinds } from '@periplus/kinds'
import { valueOf } from '../../libs/api/test/arbitrary-value.ts'
import { edgeObjects } from './wire-edges.ts'

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))
const program = path('../../dist/oracle/wire')
const record = process.argv.includes('--record')
const count = Number(process.env.N ?? (record ? 1 : 20))
const seed = Number(process.env.SEED ?? 1)

interface Sample {
  readonly kind: Kind
  readonly object: { readonly apiVersion: string; readonly kind: string }
}

const sampleOf = (kind: Kind, value: unknown): Sample => {
  const object = conform(kind.schema, applyDefaults(kind.schema as never, value as never)).value as object
  return { kind, object: { ...object, apiVersion: groupVersion(kind), kind: kind.kind } }
}

const samples = builtinKinds
  .filter(kind => travelsAsProtobuf(kind.schema))
  .flatMap(kind => [
    sampleOf(kind, {}),
    ...edgeObjects(kind.kind).map(value => sampleOf(kind, value)),
    ...fc.sample(valueOf(kind.schema, record ? 3 : 7), { numRuns: count, seed }).map(value => sampleOf(kind, value)),
  ])

execFileSync('go', ['build', '-mod=readonly', '-buildvcs=false', '-o', program, '.'], {
  cwd: path('wire'),
  stdio: ['ignore', 'inherit', 'inherit'],
})
const answers = execFileSync(program, ['encode'], {
  input: samples.map(({ object }) => `${toJson(object)}\n`).join(''),
  maxBuffer: 1 << 30,
})
  .toString()
  .trim()
  .split('\n')

const recorded: { object: object; wire: string }[] = []
const unknown = new Map<string, number>()
let different = 0
samples.forEach(({ kind, object }, at) => {
  const answer = answers[at] ?? ''
  if (answer.startsWith('{')) {
    const reason = (JSON.parse(answer) as { error: string }).error
    unknown.set(reason, (unknown.get(reason) ?? 0) + 1)
    return
  }
  recorded.push({ object, wire: answer })
  const ours = encodeProtobuf(kind.schema, object)
  if (ours.equals(Buffer.from(answer, 'base64'))) return
  different++
  console.log(`different: ${toJson(object)}\n  ours       ${ours.toString('hex')}`)
  console.log(`  kubernetes ${Buffer.from(answer, 'base64').toString('hex')}`)
})
for (const [reason, times] of unknown) console.log(`left out, ${times} times: ${reason}`)
console.log(
  `${recorded.length} objects of ${new Set(samples.map(({ kind }) => kind)).size} kinds, ${different} different`,
)
if (record)
  writeFileSync(
    path('../../libs/api/test/protobuf/recorded.json'),
    `[\n${recorded.map(one => toJson(one)).join(',\n')}\n]\n`,
  )
process.exitCode = different === 0 ? 0 : 1
