import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Kind, KubernetesObject, Refusal, Stored } from '@periplus/api'
import type { Patch } from '../command.ts'

/** The object (or, for `scale`, its Scale) after the patch. */
export const patched = (
  _kind: Kind,
  _subresource: string | undefined,
  _patch: Patch,
  _current: Stored<KubernetesObject>,
): Either<Refusal, KubernetesObject> => E.left({ tag: 'NotBuilt', message: 'patches are not built yet' })
