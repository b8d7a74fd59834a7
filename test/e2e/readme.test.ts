import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { removeCluster, root, testCluster } from './cluster.ts'

/** The commands of the README's tour, line by line, without comments. */
const tour = (): readonly string[] => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8')
  const section = readme.slice(readme.indexOf('## Ten minutes'), readme.indexOf('## Settings'))
  const blocks = [...section.matchAll(/```sh\n([\s\S]*?)```/g)].map(match => match[1] ?? '')
  return blocks
    .join('')
    .split('\n')
    .map(line => line.replace(/\s+#.*$/, '').trim())
    .filter(line => line !== '')
}

describe("the README's tour", function () {
  this.timeout(120_000)
  const cluster = testCluster()
  before(async () => {
    const { code, stdout, stderr } = await cluster.periplus('up')
    assert.equal(code, 0, stderr + stdout)
    // Whoever reads before typing has a longer log: heartbeats alone are forty events a minute.
    const others = Array.from({ length: 150 }, (_, at) => ({ kind: 'ConfigMap', metadata: { name: `earlier-${at}` } }))
    await cluster.ok('create -f -', others.map(one => JSON.stringify({ apiVersion: 'v1', ...one })).join('\n---\n'))
  })
  after(() => removeCluster(cluster))

  const [start, ...rest] = tour()
  const isSetting = (line: string): boolean => line.startsWith('export ')
  const commands = rest.filter(line => !isSetting(line))
  it('begins with what this test has done', () => {
    assert.equal(start, 'make up')
    assert.ok(rest.filter(isSetting).includes('export KUBECONFIG=$PWD/.periplus/kubeconfig'))
    assert.ok(commands.length > 10)
  })
  for (const command of commands)
    it(command, async () => {
      const { code, stdout, stderr } = await cluster.shell(command)
      assert.equal(code, 0, stderr)
      assert.notEqual(stdout + stderr, '')
    })
})
