import { errorText, grpcChannel } from '@periplus/grpc'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { calls } from './messages.ts'

/** What is behind a socket of the kubelet's plugin directory. */
export interface PluginInfo {
  /** `CSIPlugin` for drivers. */
  readonly type: string
  readonly name: string
  /** Socket of the plugin itself; empty: the same. */
  readonly endpoint: string
  /** Of the plugin's own protocol. */
  readonly versions: readonly string[]
}

/** One socket of the plugin directory (the kubelet's plugin registration, v1). */
export interface PluginSocket {
  /** Left: a text for people. */
  info(): Promise<Either<string, PluginInfo>>
  /** Tells the plugin whether it was taken, or why it was not. */
  notify(refusal: string | undefined): Promise<Either<string, void>>
  close(): void
}

const seconds = 10
const mostAnswerBytes = 64 * 1024

/** The plugin at a unix socket. */
export const pluginSocket = (socket: string): PluginSocket => {
  const channel = grpcChannel(socket, { mostAnswerBytes })
  return {
    info: async () => E.mapLeft(errorText)(await channel.unary(calls.pluginInfo, {}, seconds)),
    notify: async refusal => {
      const told = await channel.unary(
        calls.notify,
        { registered: refusal === undefined, error: refusal ?? '' },
        seconds,
      )
      return E.isLeft(told) ? E.left(errorText(told.left)) : E.right(undefined)
    },
    close: () => channel.close(),
  }
}
