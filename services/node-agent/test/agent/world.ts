import { kindsAt } from '@periplus/custom'
import { Namespace, Pod } from '@periplus/kinds'
import type { Kind, KubernetesObject } from '@periplus/api'
import { createCommands } from '@periplus/commands'
import type { Commands } from '@periplus/commands'
import { memoryEventLog } from '@periplus/log'
import type { Origin } from '@periplus/log'
import { E, virtualClock } from '@periplus/prelude'
import type { VirtualClock } from '@periplus/prelude'
import { startLiveCut } from '@periplus/projection'
import type { LiveCut } from '@periplus/projection'
import { hollowRuntime } from '@periplus/runtime'
import type { HollowOptions, HollowRuntime } from '@periplus/runtime'
import { start } from '../../src/index.ts'
import type { NodeAgentConfig, RunningNodeAgent } from '../../src/index.ts'

export const nodeName = 'node-1'
export const origin: Origin = { actor: 'user:test', component: 'test', causes: [], correlationId: 'test' }

/** A cluster of one hollow node on a virtual clock, over the log in memory: everything real but the containers. */
export interface World {
  readonly clock: VirtualClock
  readonly cut: LiveCut
  readonly commands: Commands
  readonly runtime: HollowRuntime
  readonly agent: RunningNodeAgent
  create<A extends KubernetesObject>(kind: Kind<A>, object: A): Promise<void>
  pod(name: string): Pod | undefined
  /** Runs until nothing happens any more unless time passes. */
  settle(): Promise<void>
  /** Moves time, step by step, settling on the way. */
  pass(seconds: number): Promise<void>
  /** Ends this agent and starts another on the same runtime. */
  restartAgent(): Promise<void>
  events(): readonly string[]
  close(): Promise<void>
}

export interface WorldOptions extends Partial<Omit<HollowOptions, 'clock' | 'nodeName'>> {
  readonly agent?: Partial<NodeAgentConfig>
  /** What the agent sees in place of the cut. */
  readonly cut?: (cut: LiveCut) => LiveCut
}

export const world = async (options: WorldOptions = {}): Promise<World> => {
  const clock = virtualClock(Date.parse('2026-01-02T03:04:05Z'))
  const log = memoryEventLog()
  const running = await startLiveCut({ log })
  const { cut } = running
  const commands = createCommands({ cut, log, kindsAt, admission: [], clock })
  const { agent: agentOptions, cut: seenAs = (whole: LiveCut) => whole, ...hollow } = options
  const runtime = hollowRuntime({ clock, nodeName, ...hollow })
  const create = async <A extends KubernetesObject>(kind: Kind<A>, object: A): Promise<void> => {
    const result = await commands.execute({ verb: 'create', kind, object }, origin)
    if (E.isLeft(result)) throw new Error(JSON.stringify(result.left))
    await cut.reached(result.right.sequence)
  }
  for (const name of ['default', 'kube-system', 'kube-node-lease'])
    await create(Namespace, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
  const begin = (): Promise<RunningNodeAgent> =>
    start({
      cut: seenAs(cut),
      commands,
      runtime,
      nodeName,
      rootDirectory: '/nonexistent',
      clock,
      hostIps: ['192.168.0.10'],
      podCidr: '10.244.0.0/24',
      ...agentOptions,
    })
  let agent = await begin()
  const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))
  // What is under way may be waiting for time to pass: quiet is when the log has stood still for some turns.
  const settle = async (): Promise<void> => {
    for (let quiet = 0, sequence = cut.sequence; quiet < 8;) {
      await turn()
      quiet = cut.sequence === sequence ? quiet + 1 : 0
      sequence = cut.sequence
    }
  }
  return {
    clock,
    cut,
    commands,
    runtime,
    get agent() {
      return agent
    },
    create,
    pod: name => cut.get(Pod, 'default', name),
    settle,
    pass: async seconds => {
      const end = clock.now() + seconds * 1000
      while (clock.now() < end) {
        const next = clock.next() ?? end
        clock.advance(Math.max(1, Math.min(next, end) - clock.now()))
        await settle()
      }
    },
    restartAgent: async () => {
      await agent.stop()
      agent = await begin()
    },
    events: () => eventTexts(cut),
    close: async () => {
      await agent.stop()
      await runtime.close()
      await running.close()
    },
  }
}

const eventTexts = (cut: LiveCut): readonly string[] =>
  cut
    .entries('', 'events')
    .map(entry => entry.object() as KubernetesObject & { reason: string; message: string; type: string })
    .map(({ type, reason, message }) => `${type} ${reason}: ${message}`)

/** A pod bound to the node, as the scheduler leaves it. */
export const boundPod = (name: string, spec: Partial<NonNullable<Pod['spec']>> = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default' },
  spec: { nodeName, containers: [{ name: 'web', image: 'nginx:1.7.9' }], ...spec },
})
