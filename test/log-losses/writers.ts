import { readFileSync, readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { TestCluster } from '../e2e/cluster.ts'
import { countingUntilEnough, podWithMarks } from '../e2e/counting.ts'

/** Lines of a hundred bytes. */
const pod = (name: string) => podWithMarks(name, countingUntilEnough(0.08), { restartPolicy: 'Never' })

/** Pods whose logs are rotated as often as the node looks. */
export interface Writers {
  /** How often their logs have been rotated, as far as this was asked often enough to see each file. */
  rotations(): number
  /** For each of them the number of the first line that may not be safely in the stream, as the node last noted it. */
  noted(): readonly number[]
  /** Ends them all; how many lines each has written. */
  stop(): Promise<ReadonlyMap<string, number>>
}

export const startWriters = async ({ home, ok }: TestCluster, count: number): Promise<Writers> => {
  const names = Array.from({ length: count }, (_, i) => `writer-${i}`)
  await ok('apply -f -', names.map(name => JSON.stringify(pod(name))).join('\n'))
  await ok(['wait', '--for=condition=Ready', '--timeout=120s', ...names.map(name => `pod/${name}`)])
  const [node = ''] = readdirSync(join(home, 'nodes'))
  const pods = join(home, 'nodes', node, 'var/log/pods')
  const logs = readdirSync(pods)
    .filter(each => each.startsWith('default_writer-'))
    .map(each => join(pods, each, 'main'))
  const notes = logs.map(log => {
    const uid = basename(dirname(log)).split('_').at(-1) ?? ''
    return join(home, 'nodes', node, 'var/lib/kubelet/pods', uid, 'containers/main/0.shipped')
  })
  const rotated = new Set<string>()
  return {
    rotations: () => {
      for (const directory of logs)
        for (const name of readdirSync(directory)) {
          const stamp = /^0\.log\.(\d{8}-\d{6}(?:\.\d+)?)/.exec(name)?.[1]
          if (stamp) rotated.add(`${directory} ${stamp}`)
        }
      return rotated.size
    },
    noted: () => notes.map(path => (JSON.parse(readFileSync(path, 'utf8')) as { readonly number: number }).number),
    stop: async () => {
      for (const name of names) await ok(['exec', name, '--', 'touch', '/marks/enough'])
      const written = new Map<string, number>()
      for (const name of names) {
        await ok(['wait', '--for=jsonpath={.status.phase}=Succeeded', '--timeout=120s', `pod/${name}`])
        const said = 'jsonpath={.status.containerStatuses[0].state.terminated.message}'
        written.set(name, Number(await ok(['get', 'pod', name, '-o', said])))
      }
      return written
    },
  }
}
