import { Node } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'

/** The zone that a node is in, by its label; `undefined` where nobody says. */
export const zoneOf = (cut: Cut, nodeName: string): string | undefined =>
  cut.get(Node, '', nodeName)?.metadata.labels?.['topology.kubernetes.io/zone']
