/** Runs Kubernetes' conformance suite against a cluster of its own and holds it to the list of specs that pass. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { E } from '@periplus/prelude'
import { installedHome, root } from '../e2e/cluster.ts'
import type { TestCluster } from '../e2e/cluster.ts'
import { buildSuite } from './build.ts'
import { startCluster } from './cluster.ts'
import { ensureTestImages } from './images.ts'
import { judge, listText, merged, readList, table } from './results.ts'
import type { Spec } from './results.ts'
import { runSpecs } from './run.ts'
import type { Selection } from './run.ts'

const selection: Selection = {
  focus: process.env['FOCUS'] ?? '',
  skip: process.env['SKIP'] ?? '',
  label: process.env['SUITE'] === 'all' ? undefined : 'Conformance',
  processes: Number(process.env['PROCS'] || 4),
  limit: process.env['LIMIT'] || '12h',
}
const nodes = Number(process.env['NODES'] || 1)
const keeps = Boolean(process.env['KEEP'])
const whole = selection.focus === '' && selection.skip === ''
const listFile = (name: string): string => fileURLToPath(new URL(name, import.meta.url))
const listIn = (name: string): ReadonlySet<string> => readList(readFileSync(listFile(name), 'utf8'))
const say = (line: string): void => console.log(line)

const main = async (): Promise<number> => {
  if (keeps && nodes > 1) return refuse('KEEP=1 goes with one node only: the machines of several end with this command')
  const output = join(root, 'dist/conformance')
  rmSync(output, { recursive: true, force: true })
  mkdirSync(output, { recursive: true })
  const tools = join(installedHome(), 'tools')
  const built = buildSuite(join(tools, 'conformance'), say)
  if (E.isLeft(built)) return refuse(built.left)
  const images = join(tools, 'conformance/images')
  const ready = await ensureTestImages(images, built.right, say)
  if (E.isLeft(ready)) return refuse(`the images cannot be built: ${ready.left}`)

  const started = await startCluster(nodes, { tools, images })
  if (E.isLeft(started)) return refuse(started.left)
  const judged = started.right
  try {
    say(`a cluster in ${judged.cluster.home}`)
    const specs = merged(await runSpecs({ built: built.right, cluster: judged, output, say }, selection))
    const broken = report(specs)
    const isSame = await decidedAgain(judged.cluster)
    return broken.length === 0 && isSame ? 0 : 1
  } finally {
    if (keeps) say(`the cluster goes on; PERIPLUS_HOME=${judged.cluster.home} bin/periplus reset ends it`)
    else await judged.remove()
  }
}

/** What passed and what did not, held against the list; gives the specs that stand on it and did not pass. */
const report = (specs: readonly Spec[]): readonly string[] => {
  const passing = listIn('passing.txt')
  const ofSeveral = nodes > 1 ? new Set<string>() : listIn('several-nodes.txt')
  const asked = new Set([...passing].filter(name => !ofSeveral.has(name)))
  const { broken, gained } = judge(specs, asked, whole && selection.label !== undefined)
  for (const { name, message } of specs.filter(({ outcome }) => outcome === 'failed'))
    say(`FAILED ${name}\n  ${message.split('\n')[0]}`)
  for (const name of gained) say(`newly passes: ${name}`)
  for (const name of broken) say(`BROKEN, stands in passing.txt: ${name}`)
  if (process.env['RECORD'] && gained.length > 0)
    writeFileSync(listFile('passing.txt'), listText([...passing, ...gained]))
  say(table(specs))
  return broken
}

/** Takes every decision of the run again, and says whether all were the same. */
const decidedAgain = async (cluster: TestCluster): Promise<boolean> => {
  const { code, stdout, stderr } = await cluster.periplus('replay')
  say(`${stdout}${stderr}`.trim())
  return code === 0
}

const refuse = (why: string): number => {
  console.error(`conformance: ${why}`)
  return 1
}

process.exitCode = await main()
