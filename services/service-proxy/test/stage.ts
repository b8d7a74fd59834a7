import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { promisify } from 'node:util'
import { openNamespace } from '@periplus/net/contract'
import type { Namespace } from '@periplus/net/contract'

/** Answers over TCP and UDP with its name and the address that it was asked from. */
const server = `
const name = process.argv[1]
const port = 8080
require('net').createServer(s => { s.on('error', () => {}); s.end(name + ' ' + s.remoteAddress.replace('::ffff:', '')) }).listen(port, '0.0.0.0', () => {
  const udp = require('dgram').createSocket('udp4')
  udp.on('message', (_, from) => udp.send(name + ' ' + from.address, from.port, from.address))
  udp.bind(port, () => console.log('ready'))
})`

/** Asks so many times, one after the other, and prints all answers; what fails is its code. */
const client = `
const { protocol, host, port, times, from } = JSON.parse(process.argv[1])
const tcp = () => new Promise(resolve => {
  let text = ''
  const s = require('net').connect({ host, port, timeout: 3000 })
  s.on('data', d => (text += d)).on('end', () => resolve(text)).on('error', e => resolve(e.code))
  s.on('timeout', () => { s.destroy(); resolve('ETIMEDOUT') })
})
const socket = require('dgram').createSocket('udp4')
const udp = () => new Promise(resolve => {
  const timer = setTimeout(() => resolve('ETIMEDOUT'), 3000)
  socket.once('message', d => { clearTimeout(timer); resolve(String(d)) })
  socket.once('error', e => { clearTimeout(timer); resolve(e.code) })
  socket.send('?', port, host)
})
socket.bind(from ?? 0, async () => {
  const answers = []
  for (let i = 0; i < times; i++) answers.push(await (protocol === 'udp' ? udp() : tcp()))
  console.log(JSON.stringify(answers))
  socket.close()
})`

export interface Ask {
  readonly host: string
  readonly port: number
  readonly times: number
  readonly protocol?: 'udp'
  /** The client's own port, over UDP. */
  readonly from?: number
}

/** A host or a pod of the stage. */
export interface Place {
  readonly name: string
  readonly ip: string
  readonly namespace: Namespace
  /** What each of the questions was answered, such as `a 10.244.1.9`. */
  ask(question: Ask): Promise<readonly string[]>
}

/**
 * A node with a bridge, pods on it that answer at port 8080, and a host outside that does, too, at 192.0.2.1, and reaches the node at
 * 192.0.2.2, and its pods through it; all in networks of their own.
 */
export interface Stage {
  readonly node: Place
  readonly outside: Place
  pod(name: string, ip: string): Promise<Place>
  close(): Promise<void>
}

export const openStage = async (): Promise<Stage> => {
  const opened: Namespace[] = []
  const servers: ReturnType<typeof spawn>[] = []
  const serve = async (name: string, { prefix }: Namespace): Promise<void> => {
    const [program = '', ...args] = [...prefix, process.execPath, '-e', server, name]
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    servers.push(child)
    if (child.stdout) await once(child.stdout, 'data')
  }
  const open = async (name: string, ip: string): Promise<Place> => {
    const namespace = await openNamespace()
    opened.push(namespace)
    return { name, ip, namespace, ask: question => asked(namespace, question) }
  }
  const node = await open('node', '10.244.1.1')
  const outside = await open('outside', '192.0.2.1')
  const host = (command: string): string => node.namespace.run('sh', '-ec', command)
  host(`
    echo 1 > /proc/sys/net/ipv4/ip_forward
    echo 1 > /proc/sys/net/bridge/bridge-nf-call-iptables
    ip link add pods type bridge
    ip address add 10.244.1.1/24 dev pods
    ip link set pods up
    ip route add 10.96.0.0/16 dev pods src 10.244.1.1
    ip link add outer type veth peer name eth0 netns ${outside.namespace.pid}
    ip address add 192.0.2.2/24 dev outer
    ip link set outer up`)
  outside.namespace.run('sh', '-ec', 'ip address add 192.0.2.1/24 dev eth0; ip link set eth0 up')
  outside.namespace.run('ip', 'route', 'add', '10.244.1.0/24', 'via', '192.0.2.2')
  await serve('outside', outside.namespace)
  return {
    node,
    outside,
    pod: async (name, ip) => {
      const pod = await open(name, ip)
      host(`
        ip link add veth-${name} type veth peer name eth0 netns ${pod.namespace.pid}
        ip link set veth-${name} master pods
        ip link set dev veth-${name} up type bridge_slave hairpin on`)
      pod.namespace.run(
        ...['sh', '-ec'],
        `ip address add ${ip}/24 dev eth0; ip link set eth0 up; ip route add default via 10.244.1.1`,
      )
      await serve(name, pod.namespace)
      return pod
    },
    close: async () => {
      for (const child of servers) child.kill('SIGKILL')
      await Promise.all(opened.map(namespace => namespace.close()))
    },
  }
}

const asked = async ({ prefix }: Namespace, question: Ask): Promise<readonly string[]> => {
  const [program = '', ...args] = [...prefix, process.execPath, '-e', client, JSON.stringify(question)]
  const { stdout } = await promisify(execFile)(program, args)
  return JSON.parse(stdout) as readonly string[]
}
