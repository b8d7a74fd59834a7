import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { KubernetesObject, Stored } from '@periplus/api'
import { createCommands } from '@periplus/commands'
import type { Command, Commands, Outcome } from '@periplus/commands'
import { kindsAt } from '@periplus/custom'
import type { Secret } from '@periplus/kinds'
import { CustomResourceDefinition, Namespace, Pod } from '@periplus/kinds'
import { memoryEventLog } from '@periplus/log'
import { memoryLogStream } from '@periplus/log-stream'
import type { LogStream } from '@periplus/log-stream'
import { frameOf, runOf } from '@periplus/log-stream/contract'
import type { LogBackend } from '@periplus/logs'
import { startLiveCut } from '@periplus/projection'
import type { LiveCut } from '@periplus/projection'
import { logger, metrics } from '@periplus/service'
import type { RunningService } from '@periplus/service'
import { memoryPositions } from '../src/positions/memory-positions.ts'
import type { SinkPositions } from '../src/positions/positions.ts'
import { ensureDefinitions, sinkKinds, start } from '../src/index.ts'
import type { LogRouterConfig } from '../src/index.ts'
import type { SinkStatus } from '../src/definitions/sink.ts'

export const right = <A>(answer: Either<unknown, A>): A => {
  if (E.isLeft(answer)) throw new Error(JSON.stringify(answer.left))
  return answer.right
}

const origin = { actor: 'user:test', component: 'test', causes: [], correlationId: 'test' }

export interface World {
  readonly cut: LiveCut
  readonly commands: Commands
  readonly stream: LogStream
  readonly positions: SinkPositions
  run(command: Command): Promise<Outcome>
  create(kind: Parameters<typeof createObject>[0], object: object): Promise<Outcome>
  /** A pod of the namespace with labels; its uid. */
  pod(namespace: string, name: string, labels?: Readonly<Record<string, string>>): Promise<string>
  /** A sink; namespace `''`: of the cluster. */
  sink(namespace: string, name: string, spec: object): Promise<void>
  status(namespace: string, name: string): SinkStatus
  /** Resolves when the condition holds, looked at after every change of the cut. */
  until(holds: () => boolean): Promise<void>
  /** Lines `from` to `to` of a container's run. */
  write(
    pod: { namespace: string; pod: string; podUid: string; container?: string },
    from: number,
    to: number,
  ): Promise<void>
  router(more?: Partial<LogRouterConfig>): RunningService
  readonly bugs: unknown[]
  close(): Promise<void>
}

const createObject = (
  kind: (typeof Pod | typeof Secret | typeof Namespace) & { kind: string },
  object: object,
): Command => ({
  ...{ verb: 'create', kind },
  object: object as KubernetesObject,
})

let routers = 0

/** A log, a write path, a stream of lines and routers on them, in memory, in real time. */
export const world = async (given: Partial<Pick<World, 'stream' | 'positions'>> = {}): Promise<World> => {
  const log = memoryEventLog()
  const running = await startLiveCut({ log })
  const { cut } = running
  const commands = createCommands({ cut, log, kindsAt, admission: [] })
  const stream = given.stream ?? memoryLogStream()
  const positions = given.positions ?? memoryPositions()
  const services: RunningService[] = []
  const bugs: unknown[] = []
  const run = async (command: Command): Promise<Outcome> => {
    const outcome = right(await commands.execute(command, origin))
    await cut.reached(outcome.sequence)
    return outcome
  }
  right(await ensureDefinitions({ cut, commands }))
  for (const { metadata } of cut.list(CustomResourceDefinition))
    await run({
      ...{ verb: 'patch', kind: CustomResourceDefinition, subresource: 'status' },
      ref: { group: 'apiextensions.k8s.io', resource: 'customresourcedefinitions', namespace: '', name: metadata.name },
      patch: {
        type: 'merge',
        body: {
          status: {
            conditions: [
              {
                type: 'Established',
                status: 'True',
                reason: 'x',
                message: '',
                lastTransitionTime: '2025-01-01T00:00:00Z',
              },
            ],
          },
        },
      },
    })
  const kindOf = (namespace: string) => {
    const [namespaced, clustered] = sinkKinds(cut)
    if (!namespaced || !clustered) throw new Error('the definitions are not established')
    return namespace === '' ? clustered : namespaced
  }
  for (const name of ['default', 'shop', 'kube-system'])
    await run(
      createObject(Namespace, { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { team: name } } }),
    )
  return {
    ...{ cut, commands, stream, positions, run, bugs },
    create: (kind, object) => run(createObject(kind, object)),
    pod: async (namespace, name, labels = {}) => {
      const spec = { containers: [{ name: 'main', image: 'x' }] }
      const made = await run(
        createObject(Pod, { apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name, labels }, spec }),
      )
      return made.object.metadata?.uid ?? ''
    },
    sink: async (namespace, name, spec) => {
      const kind = kindOf(namespace)
      const metadata = { name, ...(namespace === '' ? {} : { namespace }) }
      const object = { apiVersion: 'logs.periplus.io/v1alpha1', kind: kind.kind, metadata, spec }
      await run({ verb: 'create', kind, object: object as unknown as KubernetesObject })
    },
    status: (namespace, name) =>
      (cut.get(kindOf(namespace), namespace, name) as Stored<KubernetesObject> & { status?: SinkStatus })?.status ?? {},
    until: holds =>
      new Promise(resolve => {
        const look = (): void => {
          if (!holds()) return
          unsubscribe()
          resolve()
        }
        const unsubscribe = cut.subscribe(look)
        look()
      }),
    write: async (pod, from, to) =>
      void right(await stream.append(frameOf(runOf({ container: 'main', ...pod }), from, to))),
    router: more => {
      const service = start({
        ...{ cut, log, commands, stream, positions },
        router: `r${++routers}`,
        reach: { clusterNetworks: ['10.0.0.0/8'], closed: ['192.0.2.1'], open: ['127.0.0.0/8'] },
        logger: logger('test', { write: () => undefined }),
        metrics: metrics(),
        onBug: error => bugs.push(error),
        ...more,
      })
      services.push(service)
      return service
    },
    close: async () => {
      for (const service of services) await service.stop()
      await running.close()
    },
  }
}

/** A backend in this process, under `name`, that keeps what it takes. */
export const keepingBackend = (name: string) => {
  const lines: {
    readonly namespace: string
    readonly pod: string
    readonly number: number
    readonly message: string
  }[] = []
  let look = (): void => undefined
  const backend: LogBackend = {
    name,
    open: () => async () =>
      E.right({
        write: async batch => {
          for (const { source, number, bytes } of batch)
            lines.push({ namespace: source.namespace, pod: source.pod, number, message: Buffer.from(bytes).toString() })
          look()
          return { tag: 'Taken' }
        },
        flush: async () => undefined,
        close: async () => undefined,
      }),
  }
  return {
    backend,
    lines,
    until: async (count: number): Promise<void> => {
      while (lines.length < count) await new Promise<void>(resolve => (look = resolve))
    },
  }
}
