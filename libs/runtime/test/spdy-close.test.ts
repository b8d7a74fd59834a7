import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { E } from '@periplus/prelude'
import { openStreams } from '../src/containerd/streams.ts'
import { dataFrame } from '../src/containerd/spdy-frames.ts'

/** The streams in the order in which they are opened: the one for the end, then the output. */
const output = 3

describe('a command that is left', () => {
  const sockets: Socket[] = []
  let server: Server
  after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })

  it('has ended, though more of what it said has come than anybody reads', async () => {
    server = createServer({ allowHalfOpen: true }, socket => {
      sockets.push(socket)
      socket.on('error', () => undefined)
      socket.once('data', () => {
        socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n')
        for (let at = 0; at < 64; at++) socket.write(dataFrame(output, Buffer.alloc(64 * 1024), false))
      })
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const opened = await openStreams(`http://127.0.0.1:${port}/exec`, {
      ...{ stdin: false, stdout: true, stderr: false, tty: false },
    })
    assert.ok(E.isRight(opened))
    const { stdout, exit, close } = opened.right
    // It is read a little, and then no more.
    await once(stdout as NonNullable<typeof stdout>, 'readable')
    close()
    assert.ok(E.isLeft(await exit))
  })
})
