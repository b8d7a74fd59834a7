import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createConnection } from 'node:net'
import { E } from '@periplus/prelude'
import { loopbackPort, startServer } from '@periplus/service'
import type { LocalServer } from '@periplus/service'
import { ensureJars, frugalJava, run } from './maven-jars.ts'

const version = '3.9.1'

const answers = (port: number): Promise<boolean> =>
  new Promise(resolve => {
    const socket = createConnection(port, '127.0.0.1')
    socket.once('error', () => resolve(false))
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
  })

const configuration = (directory: string, port: number, controller: number): string =>
  [
    'process.roles=broker,controller',
    'node.id=1',
    `controller.quorum.voters=1@127.0.0.1:${controller}`,
    `listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}`,
    'controller.listener.names=CONTROLLER',
    'listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    `log.dirs=${join(directory, 'data')}`,
    'offsets.topic.replication.factor=1',
    'transaction.state.log.replication.factor=1',
    'transaction.state.log.min.isr=1',
    'group.initial.rebalance.delay.ms=0',
    'num.partitions=2',
    'message.max.bytes=100000',
    '',
  ].join('\n')

export interface Kafka {
  readonly port: number
  readonly server: LocalServer
  dispose(): Promise<void>
}

/** A real Kafka, one broker that is its own controller, on loopback. Needs a Java and `mvn` on the PATH. */
export const startKafka = async (): Promise<Kafka> => {
  const jars = await ensureJars(`kafka-${version}`, [
    `org.apache.kafka:kafka_2.13:${version}`,
    'org.slf4j:slf4j-nop:1.7.36',
  ])
  const directory = await mkdtemp(join(tmpdir(), 'periplus-kafka-'))
  const [chosen, other] = [
    await loopbackPort(join(directory, 'port')),
    await loopbackPort(join(directory, 'controller')),
  ]
  if (E.isLeft(chosen) || E.isLeft(other)) throw new Error('no free ports')
  const port = chosen.right
  const file = join(directory, 'server.properties')
  await writeFile(file, configuration(directory, port, other.right))
  const java = ['-Xmx256m', ...frugalJava, '-cp', `${jars}/*`]
  await run('java', [...java, 'kafka.tools.StorageTool', 'format', '-t', 'MkU3OEVBNTcwNTJENDM2Qg', '-c', file])
  const started = await startServer({
    ...{ name: 'kafka', command: 'java', args: [...java, 'kafka.Kafka', file], environment: {}, directory },
    startWithin: 180_000,
    answers: () => answers(port),
  })
  if (E.isLeft(started)) throw new Error(started.left)
  const server = started.right
  return {
    ...{ port, server },
    dispose: async () => {
      await server.kill()
      await rm(directory, { recursive: true, force: true, maxRetries: 10 })
    },
  }
}
