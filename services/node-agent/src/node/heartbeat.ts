import { Lease, Node } from '@periplus/kinds'
import type { Origin } from '@periplus/log'
import { E, pause } from '@periplus/prelude'
import type { NodeContext } from '../pods/context.ts'
import { containedLater, reporter } from '../contained.ts'
import { microTimeText } from '../status/time.ts'

const namespace = 'kube-node-lease'
const everyMilliseconds = 10_000
const retryMilliseconds = 1000
const leaseSeconds = 40

/** Renews the node's Lease every ten seconds: the sign of life that the node lifecycle controller watches. */
export const heartbeat = async (node: NodeContext): Promise<void> => {
  const report = reporter(node.log, 'the heartbeat')
  while (!node.signal.aborted) {
    const renewed = await containedLater(report, false, () => renew(node))
    await pause(node.clock, renewed ? everyMilliseconds : retryMilliseconds, node.signal)
  }
}

const renew = async (node: NodeContext): Promise<boolean> => {
  const { nodeName } = node.settings
  const origin: Origin = {
    actor: `node:${nodeName}`,
    component: 'node-agent',
    causes: [],
    correlationId: `lease/${nodeName}`,
  }
  const owner = node.cut.get(Node, '', nodeName)
  const existing = node.cut.get(Lease, namespace, nodeName)
  const lease: Lease = {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {
      name: nodeName,
      namespace,
      ...(owner
        ? { ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: nodeName, uid: owner.metadata.uid }] }
        : {}),
    },
    spec: {
      holderIdentity: nodeName,
      leaseDurationSeconds: leaseSeconds,
      renewTime: microTimeText(node.clock.now()),
    },
  }
  const result = await node.commands.execute(
    { verb: existing ? 'update' : 'create', kind: Lease, object: lease },
    origin,
  )
  if (E.isRight(result)) return true
  if (result.left.tag !== 'NotFound' && result.left.tag !== 'AlreadyExists')
    node.log.warn('the lease was not renewed', { refusal: JSON.stringify(result.left) })
  return false
}
