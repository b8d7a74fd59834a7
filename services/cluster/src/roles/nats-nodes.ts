import { claimedKey } from '@periplus/bus'
import type { Effect } from '@periplus/controller'
import { Node } from '@periplus/kinds'
import { E } from '@periplus/prelude'
import type { Cut } from '@periplus/projection'
import { nodeSubjects } from '@periplus/runtime'
import { setNatsNodes } from '@periplus/service'
import type { NatsNode } from '@periplus/service'
import type { Home } from '../home/home.ts'

/** On a Node that joined: its claim to the key by which NATS knows it (`keyClaim`). */
export const natsKeyAnnotation = 'periplus.io/nats-key'

/** Pure: the users that NATS is to have for nodes of other hosts. Nobody claims a key that is another's: claims are signed with it. */
const wantedNatsNodes = (cut: Cut): readonly NatsNode[] =>
  cut
    .list(Node)
    .flatMap(({ metadata: { name, annotations } }) => {
      const publicKey = claimedKey(annotations?.[natsKeyAnnotation] ?? '', name)
      return publicKey === undefined ? [] : [{ subjects: nodeSubjects(name).all, publicKey }]
    })
    .sort((one, other) => (one.subjects < other.subjects ? -1 : 1))

/** Keeps NATS' users as the nodes are: one that is deleted loses its connection, and whatever it still holds is worth nothing. */
export const natsNodes = (home: Home): Effect<readonly NatsNode[]> => ({
  name: 'nats-nodes',
  wakes: ({ event }) => event.ref.group === '' && event.ref.resource === 'nodes',
  desired: wantedNatsNodes,
  apply: async nodes => {
    setNatsNodes(home.nats, nodes)
    return E.right(undefined)
  },
})
