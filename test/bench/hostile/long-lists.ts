import { inDefault, pods, posted } from './attack.ts'
import type { Attack } from './attack.ts'
import { fresh, many, members, pod } from './bodies.ts'

/** Pods of long lists: each is checked for what stands in it twice. */
export const lists: readonly Attack[] = [
  posted('a pod of 15,000 containers', pods, () =>
    pod({ containers: many(15_000, at => ({ name: `c-${at}`, image: 'i' })) }),
  ),
  posted('15,000 containers of one name', pods, () =>
    pod({ containers: many(15_000, () => ({ name: 'c', image: 'i' })) }),
  ),
  posted('16,000 variables', pods, () => pod({}, {}, { env: many(16_000, at => ({ name: `V${at}`, value: 'v' })) })),
  posted('11,000 bad variables', pods, () =>
    pod({}, {}, { env: many(11_000, () => ({ name: '=', value: 'v', valueFrom: {} })) }),
  ),
  posted('variables that name each other', pods, () =>
    pod({}, {}, { env: many(16_000, at => ({ name: `V${at}`, value: '$(V1)$(V2)$(' })) }),
  ),
  posted('16,000 ports', pods, () =>
    pod({}, {}, { ports: many(16_000, at => ({ containerPort: at + 1, name: `p${at}` })) }),
  ),
  posted('16,000 host ports', pods, () =>
    pod({}, {}, { ports: many(16_000, at => ({ containerPort: at + 1, hostPort: at + 1 })) }),
  ),
  posted('6,900 volumes, all mounted', pods, () =>
    pod(
      { volumes: many(6_900, at => ({ name: `v-${at}`, emptyDir: {} })) },
      {},
      { volumeMounts: many(6_900, at => ({ name: `v-${at}`, mountPath: `/m/${at}` })) },
    ),
  ),
  posted('16,000 tolerations', pods, () =>
    pod({ tolerations: many(16_000, at => ({ key: `k-${at}`, operator: 'Exists' })) }),
  ),
  posted('12,000 spread constraints', pods, () =>
    pod({
      topologySpreadConstraints: many(12_000, at => ({
        maxSkew: 1,
        topologyKey: `k-${at}`,
        whenUnsatisfiable: 'DoNotSchedule',
      })),
    }),
  ),
  posted('9,500 terms of affinity', pods, () =>
    pod({
      affinity: {
        podAntiAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: many(9_500, () => ({
            topologyKey: 'a',
            labelSelector: { matchLabels: { a: 'b' } },
          })),
        },
      },
    }),
  ),
  posted('host aliases, 12,000 addresses', pods, () =>
    pod({ hostAliases: many(12_000, at => ({ ip: '1.2.3.4', hostnames: [`h-${at}`] })) }),
  ),
  posted('a Service of 16,000 ports', inDefault('services'), () => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: fresh() },
    spec: { ports: many(16_000, at => ({ name: `p${at}`, port: at + 1 })) },
  })),
  posted('a NetworkPolicy of 5,000 rules', '/apis/networking.k8s.io/v1/namespaces/default/networkpolicies', () => ({
    kind: 'NetworkPolicy',
    metadata: { name: fresh() },
    spec: {
      podSelector: {},
      ingress: many(5_000, at => ({
        from: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }],
        ports: [{ port: at + 1 }],
      })),
    },
  })),
  posted('an EndpointSlice of 16,000 addresses', '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices', () => ({
    kind: 'EndpointSlice',
    metadata: { name: fresh() },
    addressType: 'IPv4',
    endpoints: many(16_000, at => ({ addresses: [`10.1.${at % 256}.${Math.floor(at / 256)}`] })),
    ports: [],
  })),
  posted('a ResourceQuota of 48,000 resources', inDefault('resourcequotas'), () => ({
    kind: 'ResourceQuota',
    metadata: { name: fresh() },
    spec: {
      hard: members(
        48_000,
        at => `count/r${at}.example.com`,
        () => '1',
      ),
    },
  })),
  posted('quantities with 1,000 digits', pods, () =>
    pod(
      {},
      {},
      {
        resources: {
          requests: members(
            2_500,
            at => `example.com/r${at}`,
            () => `${'9'.repeat(1_000)}`,
          ),
        },
      },
    ),
  ),
]
