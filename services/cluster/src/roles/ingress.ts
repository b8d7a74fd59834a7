import { Node } from '@periplus/kinds'
import { start } from '@periplus/ingress'
import type { Cut } from '@periplus/projection'
import { addressIn } from '../home/networks.ts'
import type { ClusterFile } from '../home/cluster-file.ts'
import type { Settings } from '../home/settings.ts'
import type { RoleProcess } from './role.ts'

const everywhere = '0.0.0.0'
const loopback = '127.0.0.1'

/**
 * Where requests from outside come in: where the operator says, else at the address that other hosts reach, else for this machine and
 * its pods alone, at an address where two clusters do not meet.
 */
const listenAt = (
  { ingressAddress }: Pick<Settings, 'ingressAddress'>,
  { advertise, podCidr, runtime }: Pick<ClusterFile, 'advertise' | 'podCidr' | 'runtime'>,
): string => ingressAddress ?? advertise ?? (runtime.tag === 'containerd' ? addressIn(podCidr, 1) : loopback)

/** What listens at all addresses is reached at the node's. */
const reachedAt = (cut: Cut, address: string, nodeName: string): readonly string[] =>
  address === everywhere
    ? (cut.get(Node, '', nodeName)?.status?.addresses ?? []).flatMap(({ type, address: ip }) =>
        type === 'InternalIP' ? ip : [],
      )
    : [address]

/** The Ingresses of our class, for those outside. */
export const startIngress = async (process: RoleProcess): Promise<void> => {
  const { cut, commands, settings, cluster, logger, metrics, onBug, onStop } = process
  const address = listenAt(settings, cluster)
  onStop(
    start({
      ...{ cut, commands, metrics, onBug, logger: logger.for('ingress') },
      at: { addresses: [address], http: settings.ingressHttpPort, https: settings.ingressHttpsPort },
      reachedAt: () => reachedAt(cut, address, cluster.nodeName),
    }),
  )
}
