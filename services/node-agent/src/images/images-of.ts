import { parseImageName } from '@periplus/images'
import type { Pod } from '@periplus/kinds'
import { E } from '@periplus/prelude'
import { containersOf } from '../plan/containers.ts'

/** The images that a pod's containers and volumes are made from: as it names them, and in full, as the runtime does. */
export const imagesOf = (pod: Pod): readonly string[] =>
  [
    ...containersOf(pod).map(({ image }) => image),
    ...(pod.spec?.volumes ?? []).map(({ image }) => image?.reference),
  ].flatMap(name => (name ? [name, ...inFull(name)] : []))

const inFull = (name: string): readonly string[] => {
  const parsed = parseImageName(name)
  if (E.isLeft(parsed)) return []
  const { registry, repository, tag, digest } = parsed.right
  const place = `${registry}/${repository}`
  return [...(tag === undefined ? [] : [`${place}:${tag}`]), ...(digest === undefined ? [] : [`${place}@${digest}`])]
}
