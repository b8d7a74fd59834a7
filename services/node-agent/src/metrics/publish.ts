import { millisecondsOf, refOf } from '@periplus/api'
import type { Kind, KubernetesObject } from '@periplus/api'
import type { Command } from '@periplus/commands'
import { Node, NodeMetrics, PodMetrics } from '@periplus/kinds'
import type { Pod } from '@periplus/kinds'
import type { Origin } from '@periplus/log'
import { E, pause } from '@periplus/prelude'
import { containedLater, reporter } from '../contained.ts'
import type { NodeContext } from '../pods/context.ts'
import { nodeReading, podReading } from './readings.ts'
import type { RecentSamples } from './recent-samples.ts'
import { takeSample } from './sample.ts'
import type { Sample } from './sample.ts'

const everyMilliseconds = 15_000
/** After an agent's first sample: nobody should wait long for the first reading. */
const soonMilliseconds = 2_000

/** A reading that says the same as the last one is written after so long, to show that it still is so. */
const refreshMilliseconds = 60_000

type Reading = KubernetesObject & {
  readonly timestamp: string
  readonly usage?: unknown
  readonly containers?: unknown
}

const saysTheSame = (known: Reading, next: Reading): boolean =>
  JSON.stringify([known.usage, known.containers]) === JSON.stringify([next.usage, next.containers]) &&
  (millisecondsOf(next.timestamp) ?? 0) - (millisecondsOf(known.timestamp) ?? 0) < refreshMilliseconds

/**
 * Tells every quarter of a minute what the machine and its pods use, as readings that the log keeps one of each: `kubectl top` and the
 * controllers that go by them read them there.
 */
export const publishReadings = async (
  node: NodeContext,
  pods: () => readonly Pod[],
  samples: RecentSamples,
): Promise<void> => {
  const report = reporter(node.log, 'the readings of what is used')
  let before: Sample | undefined
  while (!node.signal.aborted) {
    const after: Sample | undefined = await containedLater(report, before, () =>
      takeSample(node.runtime, () => node.clock.now()),
    )
    if (after && after !== before) samples.add(after)
    if (before && after && after !== before) {
      const [from, to] = [before, after]
      await containedLater(report, undefined, () => publish(node, pods(), from, to))
    }
    const isFirst = before === undefined
    before = after
    await pause(node.clock, isFirst ? soonMilliseconds : everyMilliseconds, node.signal)
  }
}

const publish = async (node: NodeContext, pods: readonly Pod[], before: Sample, after: Sample): Promise<undefined> => {
  const own = node.cut.get(Node, '', node.settings.nodeName)
  const ofNode = own && nodeReading(own, before, after)
  if (ofNode) await write(node, NodeMetrics, ofNode)
  for (const pod of pods) {
    const { name = '', namespace = '', uid = '' } = pod.metadata ?? {}
    const reading = podReading(pod, node.view.pod(uid).containers, before, after)
    if (reading) await write(node, PodMetrics, reading)
    else if (node.cut.get(PodMetrics, namespace, name))
      await execute(node, { verb: 'delete', kind: PodMetrics, ref: refOf(PodMetrics, namespace, name), options: {} })
  }
  return undefined
}

const write = async <A extends Reading>(node: NodeContext, kind: Kind<A>, reading: A): Promise<void> => {
  const { name = '', namespace = '' } = reading.metadata ?? {}
  const known = node.cut.get(kind, namespace, name)
  if (known && saysTheSame(known, reading)) return
  await execute(node, { verb: known ? 'update' : 'create', kind, object: reading })
}

const execute = async (node: NodeContext, command: Command): Promise<void> => {
  const { nodeName } = node.settings
  const origin: Origin = {
    actor: `node:${nodeName}`,
    component: 'node-agent',
    causes: [],
    correlationId: `readings/${nodeName}`,
  }
  const done = await node.commands.execute(command, origin)
  // A pod may go while its reading is on the way; the next round knows.
  if (E.isLeft(done) && done.left.tag !== 'NotFound' && done.left.tag !== 'AlreadyExists')
    node.log.warn('a reading was not written', { refusal: JSON.stringify(done.left) })
}
