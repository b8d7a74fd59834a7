import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, parseAllDocuments } from 'yaml'
import { removeCluster, root, testCluster } from './cluster.ts'
import type { TestCluster } from './cluster.ts'

const directory = join(root, 'deploy/monitoring')
const file = (name: string): string => readFileSync(join(directory, name), 'utf8')

interface Rules {
  readonly groups: readonly { readonly rules: readonly { readonly alert: string; readonly expr: string }[] }[]
}
interface Dashboard {
  readonly panels: readonly { readonly targets: readonly { readonly expr: string }[] }[]
}
interface Scrapes {
  readonly scrape_configs: readonly {
    readonly job_name: string
    readonly relabel_configs: readonly { readonly target_label?: string; readonly replacement?: string }[]
  }[]
}

const rules = (parse(file('rules.yaml')) as Rules).groups.flatMap(group => group.rules)
const panels = (JSON.parse(file('grafana.json')) as Dashboard).panels
const expressions = [
  ...rules.map(({ expr }) => expr),
  ...panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
]

/** Names of what a histogram is asked for are those of its lines. */
const metricsIn = (expression: string): readonly string[] =>
  [...expression.matchAll(/\b(?:periplus|apiserver|container|node)_[a-z_]+/g)].map(([name]) =>
    name.replace(/_bucket$/, ''),
  )

/** Rules are judged by Prometheus' own tool, on machines that have it. */
const hasPromtool = spawnSync('promtool', ['--version']).status === 0

describe('what Prometheus and Grafana are given', function () {
  this.timeout(120_000)
  let cluster: TestCluster
  /** As the account that Prometheus has. */
  const asked = (path: string): Promise<string> =>
    cluster.ok(['get', '--raw', path, '--as=system:serviceaccount:monitoring:prometheus'])

  before(async () => {
    cluster = testCluster({ PERIPLUS_RUNTIME: 'process' })
    const { code, stderr } = await cluster.periplus('up')
    assert.equal(code, 0, stderr)
    await cluster.ok(['create', '-f', join(directory, 'rbac.yaml')])
  })
  after(() => removeCluster(cluster))

  it('names metrics that are served, where it says, to whom it lets read them', async () => {
    const [node = ''] = (await cluster.ok('get nodes -o jsonpath={.items[*].metadata.name}')).split(' ')
    const paths = (parse(file('prometheus.yaml')) as Scrapes).scrape_configs.map(
      ({ relabel_configs: relabels }) =>
        relabels.find(({ target_label: label }) => label === '__metrics_path__')?.replacement?.replace('$1', node) ??
        '/metrics',
    )
    const pages: string[] = []
    // Use is measured every quarter of a minute: the page is not there at once.
    for (const path of paths.filter(one => !one.endsWith('/resource'))) pages.push(await asked(path))
    const served = new Set([...pages.join('').matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name))
    const named = [...new Set(expressions.flatMap(metricsIn))]
    assert.ok(named.length > 15)
    assert.deepEqual(
      named.filter(name => !served.has(name)),
      [],
    )
  })

  it('asks in every rule and panel for a metric of ours, or whether somebody answers', () => {
    for (const expression of expressions)
      assert.ok(metricsIn(expression).length > 0 || expression.startsWith('up{'), expression)
    for (const { alert } of rules) assert.match(alert, /^Periplus[A-Z]/)
  })

  it('is documents that can be read', () => {
    for (const document of parseAllDocuments(file('rbac.yaml')))
      assert.deepEqual('errors' in document ? document.errors : [], [])
    if (hasPromtool) {
      const { status, stdout, stderr } = spawnSync('promtool', ['check', 'rules', join(directory, 'rules.yaml')])
      assert.equal(status, 0, String(stdout) + String(stderr))
    }
  })
})
