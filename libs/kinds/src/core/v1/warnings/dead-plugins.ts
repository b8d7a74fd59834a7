import type { FieldPath } from '@periplus/api'
import type { Volume } from '../volumes.ts'

/** Types of volumes that nothing provides any more; the last is told of under a name of its own. */
const deadPlugins: readonly (readonly [name: keyof Volume & string, text: string, told?: string])[] = [
  ['photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  ['gitRepo', 'deprecated in v1.11, and disabled by default in v1.33+'],
  ['scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  ['flocker', 'deprecated in v1.22, non-functional in v1.25+'],
  ['storageos', 'deprecated in v1.22, non-functional in v1.25+', 'storageOS'],
  ['quobyte', 'deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
  ['cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
  ['rbd', 'deprecated in v1.28, non-functional in v1.31+'],
]

/** Of a volume whose source is one of these; `isTold`: which of them are told of. */
export const deadPluginWarnings = (
  path: FieldPath,
  source: { readonly [name in keyof Volume]?: unknown },
  isTold: (name: keyof Volume) => boolean = () => true,
): readonly string[] =>
  deadPlugins.flatMap(([name, text, told]) =>
    source[name] === undefined || !isTold(name) ? [] : [`${path}.${told ?? name}: ${text}`],
  )
