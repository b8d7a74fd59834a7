import { inDefault, pods, posted } from './attack.ts'
import type { Attack } from './attack.ts'
import { fresh, many, members, pod } from './bodies.ts'

/** Pods of long lists: each is checked for what stands in it twice. */
export const lists: readonly Attack[] = [
  posted('a pod of 6,000 containers', pods, () =>
    pod({ containers: many(6_000, at => ({ name: `c-${at}`, image: 'i' })) }),
  ),
  posted('6,000 containers of one name', pods, () =>
    pod({ containers: many(6_000, () => ({ name: 'c', image: 'i' })) }),
  ),
  posted('6,400 variables', pods, () => pod({}, {}, { env: many(6_400, at => ({ name: `V${at}`, value: 'v' })) })),
  posted('4,400 bad variables', pods, () =>
    pod({}, {}, { env: many(4_400, () => ({ name: '=', value: 'v', valueFrom: {} })) }),
  ),
  posted('variables that name each other', pods, () =>
    pod({}, {}, { env: many(6_400, at => ({ name: `V${at}`, value: '$(V1)$(V2)$(' })) }),
  ),
  posted('6,400 ports', pods, () =>
    pod({}, {}, { ports: many(6_400, at => ({ containerPort: at + 1, name: `p${at}` })) }),
  ),
  posted('6,400 host ports', pods, () =>
    pod({}, {}, { ports: many(6_400, at => ({ containerPort: at + 1, hostPort: at + 1 })) }),
  ),
  posted('2,700 volumes, all mounted', pods, () =>
    pod(
      { volumes: many(2_700, at => ({ name: `v-${at}`, emptyDir: {} })) },
      {},
      { volumeMounts: many(2_700, at => ({ name: `v-${at}`, mountPath: `/m/${at}` })) },
    ),
  ),
  posted('6,400 tolerations', pods, () =>
    pod({ tolerations: many(6_400, at => ({ key: `k-${at}`, operator: 'Exists' })) }),
  ),
  posted('4,800 spread constraints', pods, () =>
    pod({
      topologySpreadConstraints: many(4_800, at => ({
        maxSkew: 1,
        topologyKey: `k-${at}`,
        whenUnsatisfiable: 'DoNotSchedule',
      })),
    }),
  ),
  posted('3,800 terms of affinity', pods, () =>
    pod({
      affinity: {
        podAntiAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: many(3_800, () => ({
            topologyKey: 'a',
            labelSelector: { matchLabels: { a: 'b' } },
          })),
        },
      },
    }),
  ),
  posted('host aliases, 4,800 addresses', pods, () =>
    pod({ hostAliases: many(4_800, at => ({ ip: '1.2.3.4', hostnames: [`h-${at}`] })) }),
  ),
  posted('a Service of 6,400 ports', inDefault('services'), () => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: fresh() },
    spec: { ports: many(6_400, at => ({ name: `p${at}`, port: at + 1 })) },
  })),
  posted('a NetworkPolicy of 2,000 rules', '/apis/networking.k8s.io/v1/namespaces/default/networkpolicies', () => ({
    kind: 'NetworkPolicy',
    metadata: { name: fresh() },
    spec: {
      podSelector: {},
      ingress: many(2_000, at => ({
        from: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }],
        ports: [{ port: at + 1 }],
      })),
    },
  })),
  posted('an EndpointSlice of 6,400 addresses', '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices', () => ({
    kind: 'EndpointSlice',
    metadata: { name: fresh() },
    addressType: 'IPv4',
    endpoints: many(6_400, at => ({ addresses: [`10.1.${at % 256}.${Math.floor(at / 256)}`] })),
    ports: [],
  })),
  posted('a ResourceQuota of 19,000 resources', inDefault('resourcequotas'), () => ({
    kind: 'ResourceQuota',
    metadata: { name: fresh() },
    spec: {
      hard: members(
        19_000,
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
