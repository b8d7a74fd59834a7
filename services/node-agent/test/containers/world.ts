import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as later } from 'node:timers/promises'
import { connectBus } from '@periplus/bus'
import type { Bus } from '@periplus/bus'
import type { Kind, KubernetesObject } from '@periplus/api'
import { createCommands } from '@periplus/commands'
import type { Commands } from '@periplus/commands'
import { kindsAt } from '@periplus/custom'
import { Namespace, Pod } from '@periplus/kinds'
import { memoryEventLog } from '@periplus/log'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { startLiveCut } from '@periplus/projection'
import type { LiveCut } from '@periplus/projection'
import { serveLayout } from '@periplus/images'
import { ensureLogStream } from '@periplus/log-stream'
import { containerdRuntime, nodeStreams, nodeSubjects, processRuntime } from '@periplus/runtime'
import type { ContainerRuntime, NodeClient, PodAddress } from '@periplus/runtime'
import { logger, removeCgroups, temporaryNats } from '@periplus/service'
import { testContainerd } from '../../../../libs/runtime/test/support/containerd.ts'
import { standIns } from '../../../../libs/runtime/test/support/stand-ins.ts'
import { start } from '../../src/index.ts'
import type { NodeAgentConfig, RunningNodeAgent } from '../../src/index.ts'
import { nodeName, origin } from '../agent/world.ts'

/** A node with real containers, real NATS for its streams, and the log in memory. */
export interface RealWorld {
  readonly root: string
  readonly cut: LiveCut
  readonly commands: Commands
  readonly runtime: ContainerRuntime
  readonly bus: Bus
  readonly streams: NodeClient
  create<A extends KubernetesObject>(kind: Kind<A>, object: A): Promise<void>
  remove(pod: string, graceSeconds?: number): Promise<void>
  /** Resolves with the pod as soon as the cut shows it so; the test's own time limit bounds the wait. */
  until(pod: string, is: (pod: Pod) => boolean): Promise<Pod>
  gone(pod: string): Promise<void>
  address(pod: Pod): PodAddress
  /** What the container has said so far; with `lines`, once it has said as many. */
  logs(
    pod: Pod,
    more?: {
      readonly previous?: boolean
      readonly tailLines?: number
      readonly follow?: boolean
      readonly lines?: number
      readonly stream?: 'All' | 'Stdout'
    },
  ): Promise<string>
  run(
    pod: Pod,
    command: readonly string[],
    container?: string,
  ): Promise<{ readonly out: string; readonly exitCode: number }>
  events(pod: string): readonly string[]
  stopAgent(): Promise<void>
  startAgent(): Promise<void>
  close(): Promise<void>
}

export const right = <A>(answer: Either<unknown, A>): A => {
  if (E.isLeft(answer)) throw new Error(JSON.stringify(answer.left))
  return answer.right
}

const cgroupRoot = '/periplus-test'

/** What runs containers, and the directory for the node's files. */
export interface Substrate {
  readonly runtime: ContainerRuntime
  readonly directory: string
  remove(): Promise<void>
}

export const onContainerd = async (): Promise<Substrate> => {
  const containerd = await testContainerd()
  return { ...containerd, runtime: containerdRuntime({ address: containerd.address }) }
}

export const onProcesses = async (): Promise<Substrate> => {
  const directory = await mkdtemp(join(tmpdir(), 'periplus-processes-'))
  const registry = await serveLayout(await standIns())
  const mirror = { endpoint: registry.endpoint, registries: ['docker.io'] }
  return {
    runtime: processRuntime({ root: join(directory, 'r'), mirror }),
    directory,
    remove: async () => {
      await registry.close()
      await rm(directory, { recursive: true })
    },
  }
}

export const realWorld = async (
  substrate: () => Promise<Substrate> = onContainerd,
  options: Partial<NodeAgentConfig> = {},
): Promise<RealWorld> => {
  const { runtime, directory, remove: removeSubstrate } = await substrate()
  const subjects = nodeSubjects(nodeName)
  const nats = await temporaryNats({ sync: 'interval', nodeSubjects: subjects.all })
  const {
    servers,
    users: { node },
  } = nats.server
  const bus = right(await connectBus({ ...nats.server, name: 'test' }))
  // As in a cluster: the node has the rights of a node alone.
  const nodeBus = right(await connectBus({ servers, ...node, name: 'node', inboxPrefix: subjects.inbox }))
  right(await ensureLogStream(bus))
  const root = join(directory, 'node')
  await mkdir(root)
  const log = memoryEventLog()
  const running = await startLiveCut({ log })
  const { cut } = running
  const commands = createCommands({ cut, log, kindsAt, admission: [] })
  const create: RealWorld['create'] = async (kind, object) => {
    const outcome = right(await commands.execute({ verb: 'create', kind, object }, origin))
    await cut.reached(outcome.sequence)
  }
  for (const name of ['default', 'kube-node-lease'])
    await create(Namespace, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
  const begin = (): Promise<RunningNodeAgent> =>
    start({
      cut,
      commands,
      runtime,
      nodeName,
      rootDirectory: root,
      bus: nodeBus,
      cgroupRoot,
      log: logger('node-agent', { write: line => void (process.env['LOUD'] && process.stderr.write(line)) }),
      ...options,
    })
  let agent: RunningNodeAgent | undefined = await begin()
  const seen = (name: string): Pod | undefined => cut.get(Pod, 'default', name)
  const when = (condition: () => boolean): Promise<void> =>
    new Promise(resolve => {
      const stop = cut.subscribe(() => look())
      const look = (): void => {
        if (!condition()) return
        stop()
        resolve()
      }
      look()
    })
  const streams = nodeStreams(bus)
  const address = ({ metadata }: Pod): PodAddress => ({
    namespace: metadata?.namespace ?? '',
    name: metadata?.name ?? '',
    uid: metadata?.uid ?? '',
  })
  const remove: RealWorld['remove'] = async (name, graceSeconds) => {
    const ref = { group: '', resource: 'pods', namespace: 'default', name }
    const grace = graceSeconds === undefined ? {} : { gracePeriodSeconds: graceSeconds }
    right(await commands.execute({ verb: 'delete', kind: Pod, ref, options: grace }, origin))
  }
  return {
    root,
    cut,
    commands,
    runtime,
    bus,
    streams,
    create,
    remove,
    until: async (name, is) => {
      await when(() => {
        const pod = seen(name)
        return pod !== undefined && is(pod)
      })
      return seen(name) as Pod
    },
    gone: name => when(() => seen(name) === undefined),
    address,
    logs: async (pod, { previous = false, tailLines, lines, follow = lines !== undefined, stream = 'All' } = {}) => {
      const enough = new AbortController()
      const [container] = pod.spec?.containers ?? []
      const bytes = right(
        await streams.logs(
          nodeName,
          {
            pod: address(pod),
            container: container?.name ?? '',
            follow,
            previous,
            timestamps: false,
            stream,
            ...(tailLines === undefined ? {} : { tailLines }),
          },
          enough.signal,
        ),
      )
      let text = ''
      for await (const chunk of bytes) {
        text += Buffer.from(chunk).toString()
        if (lines !== undefined && text.split('\n').length > lines) enough.abort()
      }
      return text
    },
    run: async (pod, command, container = pod.spec?.containers[0]?.name ?? '') => {
      const request = { pod: address(pod), container, command, stdin: false, stdout: true, stderr: true, tty: false }
      const stream = right(await streams.exec(nodeName, request))
      let out = ''
      stream.stdout?.on('data', chunk => (out += String(chunk)))
      stream.stderr?.on('data', chunk => (out += String(chunk)))
      const { exitCode } = right(await stream.exit)
      return { out, exitCode }
    },
    events: pod =>
      cut
        .entries('', 'events', 'default')
        .map(
          entry =>
            entry.object() as KubernetesObject & { reason: string; message: string; involvedObject: { name: string } },
        )
        .filter(({ involvedObject }) => involvedObject.name === pod)
        .map(({ reason, message }) => `${reason}: ${message}`),
    stopAgent: async () => {
      await agent?.stop()
      agent = undefined
    },
    startAgent: async () => {
      agent = await begin()
    },
    close: async () => {
      for (const { metadata } of cut.list(Pod)) await remove(metadata.name, 0)
      await when(() => cut.list(Pod).length === 0)
      while (agent && !agent.idle) await later(20)
      await agent?.stop()
      await runtime.close()
      await running.close()
      await nodeBus.close()
      await bus.close()
      await nats.dispose()
      await removeSubstrate()
      // What pods were made below stays, as on any node; a test leaves nothing.
      await removeCgroups([cgroupRoot])
    },
  }
}
