import { traversal } from '../values/size.ts'
import { arg, overload } from './overload.ts'
import type { Overload } from './overload.ts'

const escaped = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1')

/** What expressions that make JSON patches may call besides. */
export const jsonPatchFunctions: readonly Overload[] = [
  overload(
    'jsonpatch.escapeKey',
    'string_jsonpatch_escapeKey_string',
    'string -> string',
    args => escaped(arg<string>(args, 0)),
    ([text = null], _, budget) => traversal(text, budget),
  ),
]
