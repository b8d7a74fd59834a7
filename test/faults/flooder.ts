/**
 * Publishes to NATS as fast as the server takes it, over a socket of its own, until it is told to stop; then says how many messages
 * it sent. Forked by `node-flood.test.ts`, with what it is to do as JSON.
 */
import { once } from 'node:events'
import { connect } from 'node:net'

export interface Flood {
  readonly port: number
  readonly user: string
  readonly password: string
  readonly subject: string
  /** Empty: nobody is to answer. */
  readonly reply: string
  readonly bytes: number
}

const blockBytes = 1024 * 1024

const { port, user, password, subject, reply, bytes } = JSON.parse(process.argv[2] ?? '') as Flood
const message = `PUB ${subject}${reply === '' ? '' : ` ${reply}`} ${bytes}\r\n${'{'.repeat(bytes)}\r\n`
const count = Math.max(1, Math.floor(blockBytes / message.length))
const block = Buffer.from(message.repeat(count))

const socket = connect(port, '127.0.0.1')
socket.on('data', data => {
  if (data.includes('PING')) socket.write('PONG\r\n')
})
await once(socket, 'data')
socket.write(`CONNECT ${JSON.stringify({ user, pass: password, verbose: false })}\r\n`)

let isTold = false
process.once('message', () => (isTold = true))
let sent = 0
while (!isTold) {
  const hasRoom = socket.write(block)
  sent += count
  await (hasRoom ? new Promise(setImmediate) : once(socket, 'drain'))
}
socket.destroy()
process.send?.(sent, () => process.exit())
