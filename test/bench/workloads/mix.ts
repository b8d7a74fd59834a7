/** Workloads of one kind, and how many pods they come to. */
export interface Share {
  readonly kind: string
  readonly path: string
  readonly objects: readonly object[]
  readonly pods: number
}

const template = (name: string, kind: string, spec: object = {}) => ({
  metadata: { labels: { app: name, kind } },
  spec: { containers: [{ name: 'main', image: 'nginx:1.7.9' }], ...spec },
})

/** `pods` of them, in as many objects of `size` as that takes. */
const share = (
  [kind, path, apiVersion]: readonly [kind: string, path: string, apiVersion: string],
  pods: number,
  size: number,
  specOf: (name: string, pods: number) => object,
): Share => {
  const objects = Array.from({ length: Math.ceil(pods / size) }, (_, n) => {
    const name = `${kind.toLowerCase()}-${n}`
    return { apiVersion, kind, metadata: { name }, spec: specOf(name, Math.min(size, pods - n * size)) }
  })
  return { kind, path, objects, pods }
}

/** Of fewer pods besides the DaemonSets', some kind of workload would have none. */
const fewestBeside = 5

/**
 * About `pods` pods on so many nodes: two DaemonSets have one on each node, and of the rest half are of Deployments, a fifth of
 * StatefulSets (in parallel), and the others of Jobs that do not end. Throws a RangeError where DaemonSets leave nothing for the others, as
 * whoever waits for pods of theirs would wait for ever.
 */
export const mixOf = (pods: number, nodes: number): readonly Share[] => {
  const daemons = 2 * nodes
  const rest = pods - daemons
  if (!(rest >= fewestBeside))
    throw new RangeError(
      `${pods} pods on ${nodes} nodes: two DaemonSets alone have ${daemons}, so PODS must be ${daemons + fewestBeside} or more`,
    )
  const [deployed, stateful] = [Math.floor(rest / 2), Math.floor(rest / 5)]
  const apps = (resource: string): string => `/apis/apps/v1/namespaces/default/${resource}`
  return [
    share(['Deployment', apps('deployments'), 'apps/v1'], deployed, 100, (app, replicas) => ({
      ...{ replicas, selector: { matchLabels: { app } }, template: template(app, 'Deployment') },
    })),
    share(['StatefulSet', apps('statefulsets'), 'apps/v1'], stateful, 50, (app, replicas) => ({
      ...{ replicas, serviceName: app, podManagementPolicy: 'Parallel' },
      ...{ selector: { matchLabels: { app } }, template: template(app, 'StatefulSet') },
    })),
    share(['DaemonSet', apps('daemonsets'), 'apps/v1'], daemons, nodes, app => ({
      ...{ selector: { matchLabels: { app } }, template: template(app, 'DaemonSet') },
    })),
    share(
      ['Job', '/apis/batch/v1/namespaces/default/jobs', 'batch/v1'],
      rest - deployed - stateful,
      50,
      (app, count) => ({
        ...{ parallelism: count, completions: count, template: template(app, 'Job', { restartPolicy: 'Never' }) },
      }),
    ),
  ]
}
