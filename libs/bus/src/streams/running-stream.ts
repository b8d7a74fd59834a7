import { finished } from 'node:stream/promises'
import type { Bus } from '../bus.ts'
import { ByteChannel } from './byte-channel.ts'
import type { ByteStream, Liveness, StreamEnd } from './byte-stream.ts'
import { encodeFrame } from './frames.ts'
import type { Frame } from './frames.ts'

const nothing = Buffer.alloc(0)
/** Channels that the other end may use before this end has asked for them: each may hold as much as its credit. */
const mostUnasked = 16

export interface RunningStreamConfig extends Liveness {
  readonly bus: Bus
  /** Where the other end receives. */
  readonly peer: string
  /** Where this end receives. */
  readonly subject: string
  /** The stream is over: nothing is received any more. */
  readonly onEnd: () => void
}

export interface RunningStream extends ByteStream {
  receive(frame: Frame, number: number): void
  peerIsGone(): void
  /** The number of the next frame of ours, for the one that accepts. */
  send(type: Frame['type'], channel: string, rest: Uint8Array): void
}

/** One end of an open stream. */
export const runningStream = (config: RunningStreamConfig): RunningStream => {
  const { bus, peer, subject, onEnd, pingMilliseconds = 2_000, silenceMilliseconds = 10_000 } = config
  const channels = new Map<string, ByteChannel>()
  let unasked = 0
  let sent = 0
  let received = 0
  let heard = performance.now()
  let end: StreamEnd | undefined
  let settle: (end: StreamEnd) => void = () => undefined
  const ended = new Promise<StreamEnd>(resolve => {
    settle = resolve
  })

  const over = (how: StreamEnd): void => {
    if (end) return
    end = how
    clearInterval(pinging)
    forgetStatus()
    onEnd()
    for (const channel of channels.values())
      if (how.tag === 'Closed') channel.finish()
      else channel.fail(new Error(how.message))
    settle(how)
  }
  const lost = (message: string): void => over({ tag: 'Lost', message })
  const send: RunningStream['send'] = (type, channel, rest) => {
    if (end) return
    sent = (sent + 1) >>> 0
    // With our subject as the reply, the server tells us when nobody receives this.
    if (!bus.publish(peer, encodeFrame(type, sent, channel, rest), subject)) lost('the connection to NATS was lost')
  }
  const pinging = setInterval(() => {
    if (performance.now() - heard > silenceMilliseconds) return lost('the other end has fallen silent')
    if (!bus.publish(peer, encodeFrame('ping', sent, '', nothing), subject)) lost('the connection to NATS was lost')
  }, pingMilliseconds)
  const forgetStatus = bus.onStatus(status => {
    if (status !== 'connected') lost('the connection to NATS was lost')
  })
  const channelOf = (name: string): ByteChannel => {
    const known = channels.get(name)
    if (known) return known
    const channel = new ByteChannel((type, rest) => send(type, name, rest))
    channels.set(name, channel)
    if (end?.tag === 'Closed') channel.finish()
    else if (end) channel.fail(new Error(end.message))
    return channel
  }

  const abort = (message: string): void => {
    send('close', '', Buffer.from(message || 'aborted'))
    over({ tag: 'Aborted', message })
  }

  return {
    channel: channelOf,
    ended,
    send,
    peerIsGone: () => lost('the other end is gone'),
    receive: (frame, number) => {
      heard = performance.now()
      if (frame.type === 'ping') {
        if (number !== received) lost('something between the two ends was lost')
        return
      }
      // Number 0 is somebody who does not know the stream any more, and says so.
      if (number !== 0 && number !== (received + 1) >>> 0) return lost('something between the two ends was lost')
      received = number
      switch (frame.type) {
        case 'close': {
          const message = Buffer.from(frame.rest).toString()
          return over(message === '' ? { tag: 'Closed' } : { tag: 'Aborted', message })
        }
        case 'data':
        case 'end':
        case 'credit':
        case 'reset':
          if (!channels.has(frame.channel) && ++unasked > mostUnasked) return abort('too many channels')
          if (!channelOf(frame.channel).receive(frame.type, frame.rest)) abort('more was sent than there was room for')
          return
        case 'accept':
        case 'refuse':
          return undefined
      }
    },
    close: async () => {
      const writing = [...channels.values()].filter(channel => !channel.destroyed)
      for (const channel of writing) channel.end()
      const sentAll = writing.map(channel => finished(channel, { readable: false }).catch(() => undefined))
      await Promise.race([Promise.all(sentAll), ended])
      send('close', '', nothing)
      over({ tag: 'Closed' })
    },
    abort,
  }
}
