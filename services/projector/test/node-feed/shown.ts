import type { Concern, Cut } from '@periplus/projection'

const parsed = (bytes: Uint8Array): unknown => JSON.parse(Buffer.from(bytes).toString())

const keyOf = ({ ref }: Pick<Concern, 'ref'>): string => Object.values(ref).join('/')

/** What a cut shows, but for versions of what is told in part. */
export const shown = (cut: Cut): readonly (readonly [string, unknown])[] =>
  cut
    .resources()
    .flatMap(({ group, resource }) => cut.entries(group, resource))
    .map(entry => {
      const { metadata, ...rest } = parsed(entry.bytes) as { readonly metadata: object }
      const { resourceVersion: _, ...kept } = metadata as { readonly resourceVersion: string }
      return [keyOf(entry), { ...rest, metadata: kept }] as const
    })
    .sort(([one], [other]) => (one < other ? -1 : 1))

/** The same of what concerns a node. */
export const wanted = (objects: readonly Concern[]): readonly (readonly [string, unknown])[] =>
  objects
    .map(one => {
      const { metadata, ...rest } = parsed(one.body) as { readonly metadata: object }
      return [keyOf(one), { ...rest, metadata }] as const
    })
    .sort(([one], [other]) => (one < other ? -1 : 1))
