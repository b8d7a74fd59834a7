import { nameSuffix } from '@periplus/prelude'
import type { Random } from '@periplus/prelude'
import { Pod } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'

/** A generated name keeps this much of its base, so that the suffix fits a DNS label. */
export const longestBase = 63 - 5

/** A name for a new pod, by chance among those that are free; `taken` are those given before, and this one from now on. */
export const freePodName = (
  cut: Cut,
  namespace: string,
  generateName: string,
  random: Random,
  taken: Set<string>,
): string => {
  let name: string
  do name = generateName.slice(0, longestBase) + nameSuffix(random)
  while (taken.has(name) || cut.get(Pod, namespace, name) !== undefined)
  taken.add(name)
  return name
}
