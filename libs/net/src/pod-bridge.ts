import { readFile, writeFile } from 'node:fs/promises'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { runTool } from './run-tool.ts'

/** The bridge that pods of a node are plugged into. */
export interface PodBridge {
  readonly name: string
  /** The bridge's own address, which is the pods' gateway, with their network's length: `10.244.7.1/24`. */
  readonly address: string
  /** Reached over the bridge by this machine itself, which would else ask its default route, if it has one. */
  readonly serviceCidr: string
}

/** What the kernel must do for pods and services, and where it is told. */
const switches = [
  '/proc/sys/net/ipv4/ip_forward',
  // Packets between two pods of one bridge, too, pass the packet filter: an answer has to be translated back.
  '/proc/sys/net/bridge/bridge-nf-call-iptables',
]

/**
 * Makes the bridge of a node's pods, where there is none yet, with an address that does not change when pods come and go, and
 * switches on what the kernel must do for it. Idempotent. Left: one line that says what is missing.
 */
export const ensurePodBridge = async ({ name, address, serviceCidr }: PodBridge): Promise<Either<string, void>> => {
  const gateway = address.split('/')[0] ?? ''
  const there = (await runTool('ip', ['link', 'show', 'dev', name])).code === 0
  const steps = [
    ...(there ? [] : [['link', 'add', 'name', name, 'address', hardwareAddress(gateway), 'type', 'bridge']]),
    ['address', 'replace', address, 'dev', name],
    ['link', 'set', 'dev', name, 'up'],
    ['route', 'replace', serviceCidr, 'dev', name, 'src', gateway],
  ]
  for (const step of steps) {
    const ran = await runTool('ip', step)
    if (ran.code !== 0) return E.left(`ip ${step.join(' ')}: ${ran.stderr.trim()}`)
  }
  for (const path of switches) {
    const on = await switchOn(path)
    if (!on) return E.left(`${path} cannot be set to 1: pods would not reach services`)
  }
  return E.right(undefined)
}

/** As the CNI plugins make them of an address; without one, a bridge takes that of whichever pod comes or goes. */
const hardwareAddress = (ip: string): string =>
  ['0a', '58', ...ip.split('.').map(byte => Number(byte).toString(16).padStart(2, '0'))].join(':')

const switchOn = async (path: string): Promise<boolean> => {
  const isOn = async (): Promise<boolean> => (await readFile(path, 'utf8').catch(() => '')).trim() === '1'
  if (await isOn()) return true
  if (path.includes('/bridge/')) await runTool('modprobe', ['br_netfilter'])
  await writeFile(path, '1').catch(() => undefined)
  return isOn()
}
