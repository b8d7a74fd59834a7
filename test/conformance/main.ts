/** Runs Kubernetes' conformance suite against a cluster of its own and holds it to the list of specs that pass. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { E } from '@periplus/prelude'
import { installedHome, removeCluster, root, testCluster } from '../e2e/cluster.ts'
import { buildSuite } from './build.ts'
import { ensureTestImages } from './images.ts'
import { judge, listText, merged, readList, table } from './results.ts'
import { runSpecs } from './run.ts'
import type { Selection } from './run.ts'

const selection: Selection = {
  focus: process.env['FOCUS'] ?? '',
  skip: process.env['SKIP'] ?? '',
  label: process.env['SUITE'] === 'all' ? undefined : 'Conformance',
  processes: Number(process.env['PROCS'] || 4),
  limit: process.env['LIMIT'] || '12h',
}
const whole = selection.focus === '' && selection.skip === ''
const passingFile = fileURLToPath(new URL('passing.txt', import.meta.url))
const say = (line: string): void => console.log(line)

const main = async (): Promise<number> => {
  const output = join(root, 'dist/conformance')
  rmSync(output, { recursive: true, force: true })
  mkdirSync(output, { recursive: true })
  const tools = join(installedHome(), 'tools')
  const built = buildSuite(join(tools, 'conformance'), say)
  if (E.isLeft(built)) return refuse(built.left)
  const images = join(tools, 'conformance/images')
  const ready = await ensureTestImages(images, built.right, say)
  if (E.isLeft(ready)) return refuse(`the images cannot be built: ${ready.left}`)

  const home = mkdtempSync(join(tmpdir(), 'pp-conformance-'))
  symlinkSync(tools, join(home, 'tools'))
  symlinkSync(images, join(home, 'images'))
  // As long as an API server of Kubernetes keeps history by itself: a spec waits until its continue token has expired.
  const cluster = testCluster({ PERIPLUS_IMAGES: 'standins', PERIPLUS_RETENTION_MINUTES: '5' }, home)
  try {
    const up = await cluster.periplus('up')
    if (up.code !== 0) return refuse(`the cluster does not start: ${up.stderr || up.stdout}`)
    say(`a cluster in ${home}`)
    const specs = merged(await runSpecs({ built: built.right, cluster, output, say }, selection))
    const passing = readList(readFileSync(passingFile, 'utf8'))
    const { broken, gained } = judge(specs, passing, whole && selection.label !== undefined)
    for (const { name, message } of specs.filter(({ outcome }) => outcome === 'failed'))
      say(`FAILED ${name}\n  ${message.split('\n')[0]}`)
    for (const name of gained) say(`newly passes: ${name}`)
    for (const name of broken) say(`BROKEN, stands in passing.txt: ${name}`)
    if (process.env['RECORD'] && gained.length > 0) writeFileSync(passingFile, listText([...passing, ...gained]))
    say(table(specs))
    return broken.length === 0 ? 0 : 1
  } finally {
    if (process.env['KEEP']) say(`the cluster goes on; PERIPLUS_HOME=${home} bin/periplus reset ends it`)
    else await removeCluster(cluster)
  }
}

const refuse = (why: string): number => {
  console.error(`conformance: ${why}`)
  return 1
}

process.exitCode = await main()
