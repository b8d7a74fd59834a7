import { join } from 'node:path'
import { own } from '@periplus/prelude'
import type { Home } from './home.ts'

/** Where a part of the cluster says what it does, a line each; what it said before is in the files of that name and `.1` (the newest) to `.5`. */
export interface RoleOutput {
  readonly path: string
  /** Whether a line there is of that part; absent: all are. */
  readonly isOf?: (line: string) => boolean
}

/** Everything that runs in a process of its own, and where its output goes. */
const outputs = (home: Home) =>
  ({
    supervisor: join(home.logs, 'supervisor.log'),
    'control-plane': join(home.logs, 'control-plane.log'),
    node: join(home.logs, 'node.log'),
    'log-router': join(home.logs, 'log-router.log'),
    ingress: join(home.logs, 'ingress.log'),
    feed: join(home.logs, 'feed.log'),
    'feed-server': join(home.feed, 'feed.log'),
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
  dns: 'node',
}

/** Kubernetes' names for what we have. */
const kubernetesNames = {
  kubelet: 'node',
  'kube-apiserver': 'apiserver',
  'kube-controller-manager': 'controllers',
  'kube-scheduler': 'scheduler',
  'kube-proxy': 'service-proxy',
}

/** The part that says a line: what stands before a slash in its component. What has none, such as a stack trace, is of the whole process. */
const speaker = (line: string): string | undefined => /"component":"([^"/]*)/.exec(line)?.[1]

/** What is said of the process as a whole concerns each of its parts, and first of all why it ended. */
const saidBy = (role: string) => {
  const others = new Set(Object.keys(components).filter(name => name !== role))
  // The node agent shares its process with its neighbours.
  others.add('node-agent')
  return (line: string): boolean => !others.has(speaker(line) ?? '')
}

/** The output of a part of the cluster by its name, ours or Kubernetes'; `undefined`: there is no such part. */
export const roleOutput = (home: Home, name: string): RoleOutput | undefined => {
  const role = own(kubernetesNames, name) ?? name
  const component = own(components, role)
  const path = own(outputs(home), component ?? role)
  if (path === undefined) return undefined
  return { path, ...(component === undefined ? {} : { isOf: saidBy(role) }) }
}

/** Whether a part of the cluster says what it does in the journal of this unit of `deploy/systemd`, which it then runs in. */
export const isUnitOf = (name: string, unit: string): boolean => {
  const role = own(kubernetesNames, name) ?? name
  if (role === 'supervisor') return unit === 'periplus.service'
  const roles = /^periplus-role@(.+)\.service$/.exec(unit)?.[1]?.split('_') ?? []
  return roles.some(each => each === role || own(components, each) === role || each === own(components, role))
}
