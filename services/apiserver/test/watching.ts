import { createInterface } from 'node:readline'
import type { Client } from './client.ts'

export interface Frame {
  readonly type: string
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly object: any
}

export interface Watching {
  /** The next frame; rejects when the watch has ended. */
  next(): Promise<Frame>
  /** The next `count` frames. */
  take(count: number): Promise<readonly Frame[]>
  /** Resolves with what was left when the server ends the watch. */
  rest(): Promise<readonly Frame[]>
  stop(): void
}

/** Opens a watch and reads it frame by frame. */
export const watching = async (
  client: Client,
  path: string,
  headers: Record<string, string> = {},
): Promise<Watching> => {
  const response = await client.open(path, { headers })
  if (response.statusCode !== 200) throw new Error(`the watch answered ${response.statusCode}`)
  const lines = createInterface({ input: response })[Symbol.asyncIterator]()
  const next = async (): Promise<Frame> => {
    const line = await lines.next()
    if (line.done) throw new Error('the watch has ended')
    return JSON.parse(line.value as string) as Frame
  }
  return {
    next,
    take: async count => {
      const frames: Frame[] = []
      while (frames.length < count) frames.push(await next())
      return frames
    },
    rest: async () => {
      const frames: Frame[] = []
      for (let line = await lines.next(); !line.done; line = await lines.next())
        frames.push(JSON.parse(line.value as string) as Frame)
      return frames
    },
    stop: () => void response.destroy(),
  }
}
