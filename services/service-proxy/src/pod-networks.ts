import { blockText, ipv4BlockOf } from '@periplus/kinds'
import type { IpBlock, Node } from '@periplus/kinds'

/** Where pods of the cluster are, here and on other nodes, as elements of a set: none overlaps another, whatever the nodes say. */
export const podNetworksOf = (nodes: readonly Node[], own: string): readonly string[] => {
  const blocks = [own, ...nodes.map(({ spec }) => spec?.podCIDR ?? '')]
    .flatMap(text => ipv4BlockOf(text) ?? [])
    .sort((one, other) => (one.first === other.first ? one.bits - other.bits : one.first < other.first ? -1 : 1))
  const found: IpBlock[] = []
  // Of two blocks that overlap, one is within the other.
  for (const block of blocks) if (block.first > (found.at(-1)?.last ?? -1n)) found.push(block)
  return found.map(blockText)
}
