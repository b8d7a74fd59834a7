import { kindRegistry } from '@periplus/api'
import type { Kind, KindRegistry, Stored } from '@periplus/api'
import { CustomResourceDefinition, builtinKinds } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import { customKind } from './custom-kind.ts'
import { isEstablished } from './established.ts'

/** The kinds of a moment: a function of its cut alone, so the present, the past, replay and simulation each have their own. */
export type KindsAt = (cut: Pick<Cut, 'list'>) => KindRegistry

/** The kinds that every cluster has. */
export const builtinRegistry: KindRegistry = kindRegistry(builtinKinds)

type Definition = Stored<CustomResourceDefinition>

interface Served {
  readonly registry: KindRegistry
  /** The kinds of each definition that has some, by its name. */
  readonly custom: ReadonlyMap<string, readonly Kind[]>
}

/** By the list of definitions, which is the same array until one of them changes. */
const known = new WeakMap<readonly Definition[], Served>()

const servedAt = (cut: Pick<Cut, 'list'>): Served => {
  const definitions = cut.list(CustomResourceDefinition)
  if (definitions.length === 0) return builtinOnly
  const served = known.get(definitions) ?? servedBy(definitions)
  known.set(definitions, served)
  return served
}

const builtinOnly: Served = { registry: builtinRegistry, custom: new Map() }

/** What a cluster serves in the state of a cut. */
export const kindsAt: KindsAt = cut => servedAt(cut).registry

/** The kinds that a definition brings into the state of a cut, the stored one among them whether it is served or not; none where it is not established, or its names are another's. */
export const kindsOfDefinition = (cut: Pick<Cut, 'list'>, name: string): readonly Kind[] =>
  servedAt(cut).custom.get(name) ?? []

/** A definition that stays as it was has the same kinds, whatever becomes of others. */
const kept = new WeakMap<Definition, readonly Kind[]>()

const kindsOf = (definition: Definition): readonly Kind[] => {
  const kinds =
    kept.get(definition) ??
    definition.spec.versions
      .filter(({ served, storage }) => served || storage)
      .map(version => customKind(definition, version))
  kept.set(definition, kinds)
  return kinds
}

const servedBy = (definitions: readonly Definition[]): Served => {
  const custom = new Map<string, readonly Kind[]>()
  const taken = new Set(builtinKinds.flatMap(placesOf))
  for (const definition of definitions.filter(isEstablished)) {
    const kinds = kindsOf(definition)
    const places = new Set(kinds.flatMap(placesOf))
    if (!kinds.some(({ stored }) => stored) || [...places].some(place => taken.has(place))) continue
    for (const place of places) taken.add(place)
    custom.set(definition.metadata.name, kinds)
  }
  return { registry: kindRegistry([...builtinKinds, ...[...custom.values()].flat()]), custom }
}

/** A resource's and a kind's name belong to one of a group, whatever the version. */
const placesOf = ({ group, resource, kind }: Kind): readonly string[] => [
  `${group}/${resource}`,
  `${group}/kind/${kind}`,
]
