const bufferBytes = 256 * 1024
const mostSpare = 4

/** Buffers to read into, handed on: a node follows a thousand logs, of which few have something to read at a time. */
const spare: Buffer[] = []

export const takeBuffer = (): Buffer => spare.pop() ?? Buffer.allocUnsafeSlow(bufferBytes)

export const giveBuffer = (buffer: Buffer): void => {
  if (spare.length < mostSpare) spare.push(buffer)
}
