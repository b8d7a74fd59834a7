import { finished } from 'node:stream/promises'
import type { Readable, Writable } from 'node:stream'
import { E } from '@periplus/prelude'
import { internalError } from '@periplus/api'
import type { Status } from '@periplus/api'
import type { ContainerStream } from '@periplus/runtime'
import type { CommandChannels } from './command-channels.ts'

type Ended = Awaited<ContainerStream['exit']>

/** What kubectl reads its exit code from. */
const statusOfEnd = (ended: Ended): Partial<Status> => {
  if (E.isLeft(ended)) return internalError(ended.left.message)
  const { exitCode } = ended.right
  if (exitCode === 0) return { metadata: {}, status: 'Success' }
  return {
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: exit status ${exitCode}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(exitCode) }] },
  }
}

const endOf = (status: Partial<Status>, asStatus: boolean): string =>
  asStatus ? JSON.stringify(status) : status.status === 'Success' ? '' : (status.message ?? '')

/** Joins a client's channels to what runs in a container, until it has ended and everything it said has been sent. */
export const serveCommand = async (channels: CommandChannels, container: ContainerStream): Promise<void> => {
  void channels.closed.then(() => container.close())
  if (channels.stdin && container.stdin) joined(channels.stdin, container.stdin)
  if (channels.resize) void followSizes(channels.resize, container)
  const outputs = [
    [container.stdout, channels.stdout],
    [container.stderr, channels.stderr],
  ] as const
  const sent = outputs.map(async ([from, to]) => {
    if (!from || !to) return
    joined(from, to)
    await sentAll(to)
  })
  const ended = await container.exit
  await Promise.race([Promise.all(sent), channels.closed])
  channels.error.end(endOf(statusOfEnd(ended), channels.endsWithStatus))
  await Promise.race([sentAll(channels.error), channels.closed])
  channels.close()
}

/**
 * What was written is sent, or the client, who takes its end of the channel along, has left. A channel of SPDY has a side that the
 * client writes to: nobody waits for that, as clients end it when the command has ended for them.
 */
const sentAll = (to: Writable): Promise<void> => finished(to, { readable: false }).catch(() => undefined)

/** What breaks, or was broken before it was joined to another, ends the other. */
const joined = (source: NodeJS.ReadableStream, sink: NodeJS.WritableStream): void => {
  const [from, to] = [source as Readable, sink as Writable]
  from.on('close', () => to.end())
  to.on('close', () => {
    if (!to.writableFinished) from.destroy()
  })
  if (from.destroyed) to.end()
  else if (to.destroyed) from.destroy()
  else from.pipe(to)
}

const followSizes = async (resize: Readable, container: ContainerStream): Promise<void> => {
  let rest = ''
  try {
    for await (const chunk of resize) {
      rest += String(chunk)
      for (let end = rest.indexOf('}'); end >= 0; end = rest.indexOf('}')) {
        const { Width = 0, Height = 0 } = JSON.parse(rest.slice(0, end + 1)) as { Width?: number; Height?: number }
        rest = rest.slice(end + 1)
        if (Width > 0 && Height > 0) container.resize(Width, Height)
      }
    }
  } catch {
    // The client left, or sent a size that cannot be read: the terminal stays as it is.
  }
}
