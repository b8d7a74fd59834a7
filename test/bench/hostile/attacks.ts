import type { Attack } from './attack.ts'
import { encodings } from './encodings.ts'
import { lists } from './long-lists.ts'
import { patches } from './patches.ts'
import { slowPolicies } from './policies.ts'
import { reads } from './reads.ts'
import { customs, rights } from './rights-and-kinds.ts'
import { bodies } from './wide-bodies.ts'

/** In the order in which they are made; each may build on what the ones before it left. */
export const attacks: readonly Attack[] = [
  ...reads,
  ...bodies,
  ...lists,
  ...patches,
  ...rights,
  ...customs,
  ...encodings,
  ...slowPolicies,
]
