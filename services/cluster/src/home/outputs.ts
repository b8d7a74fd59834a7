import { join } from 'node:path'
import { own } from '@periplus/prelude'
import type { Home } from './home.ts'

/** Where a part of the cluster says what it does, a line each; what it said before is in the file of that name and `.1`. */
export interface RoleOutput {
  readonly path: string
  /** Of the lines there, those of components whose names begin so; absent: all. */
  readonly component?: string
}

/** Everything that runs in a process of its own, and where its output goes. */
const outputs = (home: Home) =>
  ({
    supervisor: join(home.logs, 'supervisor.log'),
    'control-plane': join(home.logs, 'control-plane.log'),
    node: join(home.logs, 'node.log'),
    'log-router': join(home.logs, 'log-router.log'),
    ingress: join(home.logs, 'ingress.log'),
    nats: join(home.nats, 'nats.log'),
    redis: join(home.redis, 'redis.log'),
    containerd: join(home.containerd, 'containerd.log'),
  }) as const

type ProcessName = keyof ReturnType<typeof outputs>

/** What our processes say goes into these; pods' output has limits of its own. */
export const outputsOf = (home: Home): readonly string[] => Object.values(outputs(home))

/** What runs in a process of another name, by the name under which it says something. */
const components: Readonly<Record<string, ProcessName>> = {
  apiserver: 'control-plane',
  controllers: 'control-plane',
  scheduler: 'control-plane',
  projector: 'control-plane',
  compactor: 'control-plane',
  'service-proxy': 'node',
}

/** Kubernetes' names for what we have. */
const kubernetesNames = {
  kubelet: 'node',
  'kube-apiserver': 'apiserver',
  'kube-controller-manager': 'controllers',
  'kube-scheduler': 'scheduler',
  'kube-proxy': 'service-proxy',
}

/** The output of a part of the cluster by its name, ours or Kubernetes'; `undefined`: there is no such part. */
export const roleOutput = (home: Home, name: string): RoleOutput | undefined => {
  const role = own(kubernetesNames, name) ?? name
  const component = own(components, role)
  const path = own(outputs(home), component ?? role)
  if (path === undefined) return undefined
  return { path, ...(component === undefined ? {} : { component: role }) }
}
