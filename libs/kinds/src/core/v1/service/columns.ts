import type { Column } from '@periplus/api'
import { ageColumn, column, nameColumn, wideColumn } from '../../../describe/columns.ts'
import { labelsText, orNone } from '../../../describe/text.ts'
import type { Service } from './schema.ts'

const ingressOf = ({ status }: Service): readonly string[] =>
  (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname || '').filter(text => text !== '')

const externalIpsOf = (service: Service): string => {
  const { type = 'ClusterIP', externalIPs = [], externalName } = service.spec ?? {}
  switch (type) {
    case 'ExternalName':
      return externalName ?? ''
    case 'LoadBalancer': {
      const ingress = [...new Set(ingressOf(service))].sort()
      const all = externalIPs.length > 0 ? [...ingress, ...externalIPs] : ingress
      return all.length > 0 ? all.join(',') : '<pending>'
    }
    case 'ClusterIP':
    case 'NodePort':
      return orNone(externalIPs.join(','))
    default:
      return '<unknown>'
  }
}

const portsOf = ({ spec }: Service): string =>
  orNone(
    (spec?.ports ?? [])
      .map(({ port, nodePort, protocol = 'TCP' }) =>
        nodePort && nodePort > 0 ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`,
      )
      .join(','),
  )

/** What `kubectl get services` prints. */
export const serviceColumns: readonly Column<Service>[] = [
  nameColumn,
  column('Type', 'How the service can be reached.', ({ spec }) => spec?.type ?? 'ClusterIP'),
  column('Cluster-IP', 'Its address inside the cluster.', ({ spec }) =>
    orNone(spec?.clusterIPs?.[0] ?? spec?.clusterIP),
  ),
  column('External-IP', 'Its addresses outside the cluster.', externalIpsOf),
  column('Port(s)', 'Ports, with the port on nodes after a colon.', portsOf),
  ageColumn,
  wideColumn('Selector', 'Labels of the pods that it leads to.', ({ spec }) => labelsText(spec?.selector)),
]
