/** What is written through subresources besides the status. */
import { shapeOf } from '@periplus/api'
import type { Schema } from '@periplus/api'
import { Pod } from '@periplus/kinds'
import fc from 'fast-check'
import { applyEdits, drawEdits } from './edits.ts'
import type { Edit } from './edits.ts'
import { asStored, kindOf } from './ours.ts'
import type { Seed } from './seeds.ts'
import { editedTrial } from './trial.ts'
import type { Draw } from './values.ts'
import { oneOf, valueOf } from './values.ts'
import { between, drawStatus } from './writes.ts'
import type { Drawing } from './writes.ts'

const request = [
  '-----BEGIN CERTIFICATE REQUEST-----',
  'MIHIMHACAQAwDjEMMAoGA1UEAwwDd2ViMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcD',
  'QgAEtLpIaanWwBmmAcRWk4mMnonO0PWOkxeKoGoF54LK5Z/N9Z+G/1lsqFLtcfkP',
  'guj5o9PaiBEaJ2CNuOw6vs7gRKAAMAoGCCqGSM49BAMCA0gAMEUCIC6BE/Ff1xK6',
  'mVYw6r8KhB4+uDF7y2dgdjTPZ51CrJ18AiEAod/euAKoV0znlmvLxMjRrYoqHfWj',
  'bwCfNrq4HmFb6xQ=',
  '-----END CERTIFICATE REQUEST-----',
  '',
].join('\n')

/** Kinds of which nothing but such writes is asked: what is created of them is others' to judge. */
export const statusSeeds: readonly Seed[] = [
  {
    resource: 'certificates.k8s.io/certificatesigningrequests',
    object: {
      apiVersion: 'certificates.k8s.io/v1',
      kind: 'CertificateSigningRequest',
      metadata: { name: 'web' },
      spec: {
        request: Buffer.from(request).toString('base64'),
        signerName: 'example.com/x',
        usages: ['client auth'],
        username: 'admin',
      },
    },
    parts: ['spec'],
  },
  {
    resource: 'storage.k8s.io/volumeattachments',
    object: {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'VolumeAttachment',
      metadata: { name: 'web', labels: { app: 'web' } },
      spec: { attacher: 'example.com', nodeName: 'a', source: { persistentVolumeName: 'v' } },
    },
    parts: ['spec'],
  },
]

/** How an object is before, and what is sent: of one subresource. */
interface Written {
  readonly subresource: string
  before(draw: Draw, base: object, seed: Seed): object
  edits(draw: Draw, before: unknown, seed: Seed): readonly Edit[]
}

/** A value for a place of the kind's schema, such as `spec.containers`. */
const drawAt = (draw: Draw, { object }: Seed, path: readonly string[]): unknown => {
  const schema = path.reduce<Schema<unknown>>((of, step) => {
    const shape = shapeOf(of)
    if (shape.tag === 'list') return shape.of
    const field = shape.tag === 'struct' ? shape.fields[step] : undefined
    if (!field) throw new Error(`no ${path.join('.')}`)
    return field.schema
  }, kindOf(object).schema)
  return valueOf(draw, schema, path.at(-1) ?? '', 3)
}

const asIs = (_: Draw, base: object): object => base

const writes: Readonly<Record<string, readonly Written[]>> = {
  '/pods': [
    {
      subresource: 'ephemeralcontainers',
      before: asIs,
      edits: (draw, _, seed) => [
        { path: ['spec', 'ephemeralContainers'], value: drawAt(draw, seed, ['spec', 'ephemeralContainers']) },
      ],
    },
    {
      subresource: 'resize',
      before: (draw, base, seed) =>
        Pod.prepareForStatusUpdate?.({ ...base, status: drawStatus(draw, seed, 3) as object }, base, '') ?? base,
      edits: (draw, _, seed) => [
        {
          path: ['spec', 'containers', 0, 'resources'],
          value: drawAt(draw, seed, ['spec', 'containers', '0', 'resources']),
        },
      ],
    },
  ],
  '/namespaces': [
    {
      subresource: 'finalize',
      before: asIs,
      edits: (draw, _, seed) => [{ path: ['spec', 'finalizers'], value: drawAt(draw, seed, ['spec', 'finalizers']) }],
    },
  ],
  'certificates.k8s.io/certificatesigningrequests': [
    {
      subresource: 'approval',
      before: (draw, base, seed) => ({ ...base, status: draw(fc.boolean) ? {} : drawStatus(draw, seed, 3) }),
      edits: (draw, before, seed) => [
        ...(draw(fc.boolean) ? [] : [{ path: ['status'], value: drawStatus(draw, seed, 3) }]),
        ...drawEdits(draw, kindOf(seed.object).schema, before, ['status']),
      ],
    },
  ],
}

/** Of objects as they stand in the log. */
export const subresources =
  (stored: ReadonlyMap<Seed, object>): Drawing =>
  (draw, seed) => {
    const all = writes[seed.resource]
    const base = stored.get(seed)
    if (!all || !base) return undefined
    const written = oneOf(draw, all)
    const before = asStored(written.before(draw, base, seed))
    const path = `${seed.resource}/${written.subresource}`
    return editedTrial(path, written.edits(draw, before, seed), less => between(path, before, applyEdits(before, less)))
  }
