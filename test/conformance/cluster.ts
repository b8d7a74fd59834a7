import { mkdtempSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { E, messageOf } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { removeCluster, testCluster } from '../e2e/cluster.ts'
import type { TestCluster } from '../e2e/cluster.ts'
import { addressOf, openSegment } from '../hosts/machines.ts'
import type { Machine } from '../hosts/machines.ts'

/** The cluster that the suite judges. */
export interface JudgedCluster {
  readonly cluster: TestCluster
  /** The words that run a command where the cluster's addresses can be reached. */
  readonly within: readonly string[]
  /** Ends it, and what it ran on. */
  remove(): Promise<void>
}

export interface ClusterParts {
  /** Folders with what tests need and with the suite's images. */
  readonly tools: string
  readonly images: string
}

const settings = {
  PERIPLUS_IMAGES: 'standins',
  // As long as an API server of Kubernetes keeps history by itself: a spec waits until its continue token has expired.
  PERIPLUS_RETENTION_MINUTES: '5',
}

const homeWith = ({ tools, images }: ClusterParts): string => {
  const home = mkdtempSync(join(tmpdir(), 'pp-conformance-'))
  symlinkSync(tools, join(home, 'tools'))
  symlinkSync(images, join(home, 'images'))
  return home
}

const said = async (cluster: TestCluster, ...args: readonly string[]): Promise<string> => {
  const { code, stdout, stderr } = await cluster.periplus(...args)
  if (code !== 0) throw new Error(`periplus ${args[0] ?? ''}: ${stderr || stdout}`.trim())
  return stdout
}

/** A cluster whose nodes are this machine, or as many machines made of namespaces as were asked for. */
export const startCluster = async (nodes: number, parts: ClusterParts): Promise<Either<string, JudgedCluster>> => {
  const judged = nodes === 1 ? here(parts) : await over(nodes, parts)
  try {
    await judged.start()
    return E.right(judged)
  } catch (error) {
    await judged.remove()
    return E.left(`the cluster does not start: ${messageOf(error)}`)
  }
}

interface Startable extends JudgedCluster {
  start(): Promise<void>
}

const here = (parts: ClusterParts): Startable => {
  const cluster = testCluster(settings, homeWith(parts))
  return {
    cluster,
    within: [],
    start: async () => void (await said(cluster, 'up')),
    remove: () => removeCluster(cluster),
  }
}

const over = async (nodes: number, parts: ClusterParts): Promise<Startable> => {
  const segment = await openSegment()
  const machine = (n: number): Promise<Machine> =>
    segment.machine(`node-${n}`, { ...settings, PERIPLUS_ADVERTISE_ADDRESS: addressOf(n) }, homeWith(parts))
  const cluster = await machine(1)
  return {
    cluster,
    within: cluster.within,
    start: async () => {
      await said(cluster, 'up')
      for (let n = 2; n <= nodes; n++) {
        const [, ...join] = (await said(cluster, 'token', 'create')).trim().split(' ')
        await said(await machine(n), ...join)
      }
    },
    remove: () => segment.close(),
  }
}
