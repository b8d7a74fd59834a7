import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { deepEqual } from '@periplus/api'
import type { Kind, KubernetesObject, Refusal } from '@periplus/api'
import type { Commands } from '@periplus/commands'
import { kindsAt } from '@periplus/custom'
import { ClusterRole, CustomResourceDefinition } from '@periplus/kinds'
import type { LiveCut } from '@periplus/projection'
import { sinkDefinitions, sinkRoles } from './definitions.ts'
import { sinkGroup, sinkVersion } from './sink.ts'
import type { LogSink } from './sink.ts'

interface World {
  readonly cut: LiveCut
  readonly commands: Commands
}

const origin = { actor: 'controller:log-router', component: 'log-router', causes: [], correlationId: 'log-router' }

/** Makes what is missing and brings a definition of an earlier release to this one; what others added to it beside that stays. */
const ensure = async (
  kind: Kind,
  object: KubernetesObject,
  { cut, commands }: World,
): Promise<Either<Refusal, void>> => {
  const { name = '' } = object.metadata ?? {}
  const present = cut.get(kind, '', name) as (KubernetesObject & { readonly spec?: object }) | undefined
  const { spec } = object as { readonly spec?: object }
  if (present && (spec === undefined || deepEqual({ ...present.spec, ...spec }, present.spec)))
    return E.right(undefined)
  const done = await commands.execute(
    present
      ? {
          ...{ verb: 'patch', kind, patch: { type: 'merge', body: { spec } } },
          ref: { group: kind.group, resource: kind.resource, namespace: '', name },
        }
      : { verb: 'create', kind, object },
    origin,
  )
  if (E.isLeft(done)) return done.left.tag === 'AlreadyExists' ? E.right(undefined) : done
  await cut.reached(done.right.sequence)
  return E.right(undefined)
}

/** The definitions of sinks, and who may use them. */
export const ensureDefinitions = async (world: World): Promise<Either<Refusal, void>> => {
  for (const definition of sinkDefinitions) {
    const done = await ensure(CustomResourceDefinition, definition, world)
    if (E.isLeft(done)) return done
  }
  for (const role of sinkRoles) {
    const done = await ensure(ClusterRole, role, world)
    if (E.isLeft(done)) return done
  }
  return E.right(undefined)
}

/** The kinds of sinks in the state of a cut; none before their definitions are established. */
export const sinkKinds = (cut: Pick<LiveCut, 'list'>): readonly Kind<LogSink>[] => {
  const kinds = kindsAt(cut)
  return ['logsinks', 'clusterlogsinks'].flatMap(resource => {
    const kind = kinds.stored(sinkGroup, resource)
    return kind?.version === sinkVersion ? [kind as Kind<LogSink>] : []
  })
}
