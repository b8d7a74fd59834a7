import { kindRegistry } from '@periplus/api'
import type { KindRegistry } from '@periplus/api'
import { builtinKinds } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'

/** The kinds of a moment: a function of its cut alone, so the present, the past, replay and simulation each have their own. */
export type KindsAt = (cut: Pick<Cut, 'list'>) => KindRegistry

/** The kinds that every cluster has. */
export const builtinRegistry: KindRegistry = kindRegistry(builtinKinds)

/** What a cluster serves in the state of a cut. */
export const kindsAt: KindsAt = () => builtinRegistry
