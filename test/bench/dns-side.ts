/** Beside `dns.ts`: the cluster's DNS among 1,000 services, alone in its process. Says on which port it answers. */
import type { KubernetesObject } from '@periplus/api'
import { cutOf } from '@periplus/controller'
import { start } from '@periplus/dns'

const objects: KubernetesObject[] = [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }]
for (let n = 0; n < 1000; n++) {
  const ip = `10.96.${n >> 8}.${n & 255}`
  const spec = { clusterIP: ip, clusterIPs: [ip], ports: [{ port: 80, protocol: 'TCP' }] }
  objects.push({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: `s-${n}`, namespace: 'shop' },
    spec,
  } as KubernetesObject)
}
const dns = await start({
  ...{ cut: cutOf(objects), host: '127.0.0.1', port: 0, networks: ['10.96.0.0/16'], upstreams: [] },
  onBug: error => {
    throw error
  },
})
console.log(dns.port)
