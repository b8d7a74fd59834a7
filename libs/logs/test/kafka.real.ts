import { Consumer, stringDeserializers } from '@platformatic/kafka'
import { builtInBackends } from '../src/index.ts'
import type { LogBackend } from '../src/index.ts'
import { lineOf, logBackendContract, sourceOf } from '../src/contract.ts'
import type { BackendHarness, ReceivedLine } from '../src/contract.ts'
import { receivedOf } from './http-stages.ts'
import { startKafka } from './kafka-server.ts'
import type { Kafka } from './kafka-server.ts'

describe('Kafka', function () {
  this.timeout(300_000)
  let kafka: Kafka
  before(async () => (kafka = await startKafka()))
  after(() => kafka.dispose())
  let topics = 0

  /** Every message of a topic, when there are so many. */
  const consumed = async (topic: string, atLeast: number): Promise<readonly ReceivedLine[]> => {
    const consumer = new Consumer({
      ...{ groupId: `${topic}-${Math.floor(performance.now())}`, clientId: 'test' },
      ...{ bootstrapBrokers: [`127.0.0.1:${kafka.port}`], deserializers: stringDeserializers, retries: 50 },
    })
    const lines: ReceivedLine[] = []
    try {
      const stream = await consumer.consume({ topics: [topic], mode: 'earliest', autocommit: false, maxWaitTime: 50 })
      for await (const { value } of stream) {
        lines.push(receivedOf(JSON.parse(value) as Record<string, unknown>))
        if (lines.length >= atLeast) break
      }
    } finally {
      // Else it goes on telling the broker that it lives.
      await new Promise<void>(resolve => consumer.close(true, () => resolve()))
    }
    return lines
  }

  const stage = async (): Promise<BackendHarness> => {
    const topic = `logs-${++topics}`
    return {
      backend: builtInBackends.get('kafka') as LogBackend,
      config: { brokers: `127.0.0.1:${kafka.port}`, topic, createTopics: true },
      received: atLeast => (atLeast === 0 ? Promise.resolve([]) : consumed(topic, atLeast)),
      faults: {
        silent: async () => void process.kill(kafka.server.pid, 'SIGSTOP'),
      },
      close: async () => void process.kill(kafka.server.pid, 'SIGCONT'),
    }
  }
  const poison = lineOf(sourceOf(), 7, 'x'.repeat(200_000))
  logBackendContract('Kafka (real)', { faults: ['silent'], poison }, stage)
})
