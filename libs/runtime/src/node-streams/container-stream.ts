import type { Readable } from 'node:stream'
import type { ByteStream } from '@periplus/bus'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { ContainerStream, RuntimeRefusal, StreamRequest } from '../container-runtime.ts'

type Exit = Either<RuntimeRefusal, { readonly exitCode: number }>

/** How the streams of an exec or attach are laid on one byte stream: a channel each, sizes and the end as JSON. */
const channels = { stdin: 'stdin', stdout: 'stdout', stderr: 'stderr', resize: 'resize', exit: 'exit' } as const

/** The asking end. */
export const containerStreamOver = (stream: ByteStream, request: StreamRequest): ContainerStream => {
  const exit = textOf(stream.channel(channels.exit))
    .catch(() => '')
    .then(async (text): Promise<Exit> => {
      if (text !== '') return JSON.parse(text) as Exit
      const end = await stream.ended
      const message = end.tag === 'Closed' ? 'the stream was closed before the command ended' : end.message
      return E.left({ tag: 'Unavailable', message })
    })
  return {
    stdin: request.stdin ? stream.channel(channels.stdin) : undefined,
    stdout: request.stdout ? stream.channel(channels.stdout) : undefined,
    stderr: request.stderr && !request.tty ? stream.channel(channels.stderr) : undefined,
    resize: (columns, rows) => void stream.channel(channels.resize).write(`${JSON.stringify([columns, rows])}\n`),
    exit,
    close: () => stream.abort('closed by the client'),
  }
}

/** The serving end: joins what runs in a container to the byte stream, and closes both when it has ended. */
export const serveContainerStream = async (
  stream: ByteStream,
  container: ContainerStream,
  request: StreamRequest,
): Promise<void> => {
  // Broken off by the client or by the network: nobody is there for what still runs.
  void stream.ended.then(end => {
    if (end.tag !== 'Closed') container.close()
  })
  if (request.stdin && container.stdin) stream.channel(channels.stdin).pipe(container.stdin)
  void readSizes(stream, container)
  const outputs = (['stdout', 'stderr'] as const).flatMap(name => {
    const output = container[name]
    if (!output) return []
    const channel = stream.channel(channels[name])
    output.pipe(channel)
    // Broken off by whoever runs it: what is not ended would be waited for, and nobody be told how the command ended.
    output.once('close', () => channel.end())
    if ((output as Readable).destroyed) channel.end()
    return [new Promise<void>(resolve => channel.on('finish', resolve).on('close', resolve))]
  })
  const exit = await container.exit
  await Promise.all(outputs)
  stream.channel(channels.exit).end(JSON.stringify(exit))
  await stream.close()
}

const readSizes = async (stream: ByteStream, container: ContainerStream): Promise<void> => {
  let rest = ''
  try {
    for await (const chunk of stream.channel(channels.resize)) {
      const lines = (rest + String(chunk)).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        const [columns, rows] = JSON.parse(line) as [number, number]
        container.resize(columns, rows)
      }
    }
  } catch {
    // The stream broke, which `ended` tells; a size that cannot be read changes nothing.
  }
}

const textOf = async (channel: AsyncIterable<unknown>): Promise<string> => {
  let text = ''
  for await (const chunk of channel) text += String(chunk)
  return text
}
