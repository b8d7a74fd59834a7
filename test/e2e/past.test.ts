import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { readFileSync } from 'node:fs'
import { homeOf, settings } from '@periplus/cluster'
import { markLogOver, openBus } from '@periplus/cluster/roles'
import { advanceHorizons } from '@periplus/log'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { readSettings } from '@periplus/service'
import { removeCluster, testCluster } from './cluster.ts'
import type { Ran, TestCluster } from './cluster.ts'

const right = <A>(answer: Either<unknown, A>): A => {
  if (E.isLeft(answer)) throw new Error(JSON.stringify(answer.left))
  return answer.right
}

/** The commands that look back, as a tenant on another machine runs them: with a kubeconfig, and no home of the cluster. */
describe('looking back with a kubeconfig', function () {
  this.timeout(180_000)
  let cluster: TestCluster
  let elsewhere: string
  let tenant: string

  const periplus = (kubeconfig: string, line: string): Promise<Ran> =>
    cluster.shell(`PERIPLUS_HOME=${elsewhere}/home KUBECONFIG=${kubeconfig} bin/periplus ${line}`)
  const asTenant = async (line: string): Promise<string> => {
    const { code, stdout, stderr } = await periplus(tenant, line)
    assert.equal(code, 0, stderr)
    return stdout
  }
  const asAdmin = async (line: string): Promise<string> => {
    const { code, stdout, stderr } = await cluster.periplus(...line.split(' '))
    assert.equal(code, 0, stderr)
    return stdout
  }
  const refused = async (line: string): Promise<string> => {
    const { code, stderr } = await periplus(tenant, line)
    assert.equal(code, 1)
    return stderr
  }

  before(async () => {
    cluster = testCluster({ PERIPLUS_RUNTIME: 'hollow' })
    elsewhere = mkdtempSync(join(tmpdir(), 'pp-elsewhere-'))
    tenant = join(elsewhere, 'kubeconfig')
    const { code, stderr } = await cluster.periplus('up')
    assert.equal(code, 0, stderr)
    for (const line of [
      'create namespace shop',
      'create serviceaccount keeper -n shop',
      'create rolebinding keeper -n shop --clusterrole=admin --serviceaccount=shop:keeper',
      'create configmap theirs -n default --from-literal=a=1',
    ])
      await cluster.ok(line)
    const config = parse(readFileSync(join(cluster.home, 'kubeconfig'), 'utf8')) as { users: { user: object }[] }
    config.users[0]!.user = { token: (await cluster.ok('create token keeper -n shop')).trim() }
    writeFileSync(tenant, stringify(config))
    for (const line of [
      'create deployment web -n shop --image=nginx',
      'rollout status deployment/web -n shop --timeout=60s',
      'scale deployment/web -n shop --replicas=2',
      'create secret generic key -n shop --from-literal=a=secret',
      'create service clusterip web -n shop --tcp=80',
      'rollout status deployment/web -n shop --timeout=60s',
    ])
      await cluster.ok(line)
  })
  after(async () => {
    rmSync(elsewhere, { recursive: true })
    await removeCluster(cluster)
  })

  it('shows a tenant what they may see, as it shows it to whoever rules the cluster', async () => {
    const since = /^(\d+)/.exec(await asTenant('log deployment/web -n shop'))![1]!
    for (const line of ['log deployment/web -n shop', `show deployment/web -n shop --at ${since}`])
      assert.equal(await asTenant(line), await asAdmin(line))
    assert.match(await asTenant(`diff deployment/web ${since} -n shop`), /~ spec.replicas: 1 -> 2/)
    assert.match(await asTenant(`at ${since}`), new RegExp(`^kubectl --server https://.*/at/${since} get pods\n$`))
    const pod = (await cluster.ok('get pods -n shop -o name')).split('\n')[0]!
    const why = await asTenant(`why ${pod} -n shop`)
    assert.match(why, /created deployments.apps\/web -n shop/)
    assert.match(why, /because /)
    const lines = (text: string): readonly string[] => text.split('\n').map(line => line.replace(/ +/g, ' '))
    for (const line of lines(why)) assert.ok(lines(await asAdmin(`why ${pod} -n shop`)).includes(line), line)
    assert.match(await asTenant('why service/web -n shop'), /created services\/web[^]*\n\n/)
  })

  it('takes the namespace of the kubeconfig’s context where none is named', async () => {
    const here = join(elsewhere, 'of-shop')
    writeFileSync(here, readFileSync(tenant))
    await cluster.typed(`KUBECONFIG=${here} kubectl config set-context --current --namespace=shop`)
    for (const line of ['log deployment/web', 'why service/web', 'show deployment/web', 'trace web-0 web'])
      assert.deepEqual(await periplus(here, line), await periplus(tenant, `${line} -n shop`), line)
    assert.equal((await periplus(here, 'show configmap/theirs -n default')).code, 1)
    const undone = await periplus(here, 'undelete deployment/none')
    assert.deepEqual(undone, await periplus(tenant, 'undelete deployment/none -n shop'))
    const { stderr } = await periplus(here, 'logs deployment/none')
    assert.equal(stderr, 'periplus: nothing of the kind is in namespace shop\n')
  })

  it('takes a moment also as so long ago', async () => {
    const lines = ['events --since 1h', 'show deployment/web -n shop --at 1s', 'diff deployment/web 1s -n shop']
    for (const line of lines) assert.equal((await periplus(tenant, line)).code, 0, line)
    assert.match(await asTenant('events --since 1h'), /kubernetes-admin +created +deployments.apps\/web -n shop/)
    assert.equal(await asTenant('events --since 0s'), '')
    assert.equal(
      await refused('diff deployment/none 1s -n shop'),
      'periplus: deployment/none was there at neither of these\n',
    )
    assert.match(await asAdmin('diff deployment/web 1 -n shop'), /^it was not there at 1\n[^]*\+ spec: /)
    assert.match(await refused('at 1x'), /'1x' is neither a sequence nor an RFC 3339 time/)
  })

  it('lists the events that they may see, and no others', async () => {
    const listed = (await asTenant('events --since 1 -o json')).trim().split('\n')
    assert.ok(listed.length > 10)
    for (const line of listed) {
      const { subject } = JSON.parse(line) as { subject: string }
      assert.match(subject, / -n shop$|^namespaces\/shop$/)
      assert.doesNotMatch(subject, /^secrets/)
    }
    assert.ok((await asAdmin('events --since 1')).includes('configmaps/theirs'))
  })

  it('refuses as kubectl would', async () => {
    const said = 'periplus: Error from server (Forbidden): '
    for (const line of ['show configmap/theirs', 'log configmap/theirs', 'why configmap/theirs', 'replay'])
      assert.ok((await refused(line)).startsWith(said), line)
    const kubectl = await cluster.shell(`KUBECONFIG=${tenant} kubectl get configmap theirs`)
    assert.equal(
      (await refused('show configmap/theirs')).replace(said, ''),
      kubectl.stderr.replace('Error from server (Forbidden): ', ''),
    )
    const now = new Date().toISOString()
    assert.ok((await refused(`show secret/key -n shop --at ${now}`)).startsWith(said))
    const { stdout, stderr } = await periplus(tenant, 'log secret/key -n shop')
    assert.equal(stdout, '')
    assert.match(stderr, /1 events are withheld/)
    assert.match(await refused('log configmap/never -n shop'), /the log knows no configmaps\/never -n shop/)
  })

  it('takes every decision again for who may see them all', async () => {
    const { code, stdout, stderr } = await periplus(join(cluster.home, 'kubeconfig'), 'replay')
    assert.equal(code, 0, stderr + stdout)
    const [, all, identical] = /(\d+) decisions, (\d+) identical/.exec(stdout)!
    assert.ok(Number(all) > 10)
    assert.equal(all, identical)
  })

  /** Has Events forgotten up to now, as the compactor does when they are an hour old. */
  const forgetEvents = async (): Promise<number> => {
    const bus = await openBus(homeOf(cluster.home), right(readSettings(settings, {})), 'test', 'compactor')
    const hour = 3_600_000
    try {
      const horizons = right(
        await advanceHorizons({
          ...{ bus, retention: new Map([['events', { milliseconds: hour }]]), mark: markLogOver(bus) },
          now: () => Date.now() + 2 * hour,
        }),
      )
      return horizons['events'] ?? 0
    } finally {
      await bus.close()
    }
  }

  it('says what it does not keep any more, and does not take it for absent', async () => {
    const event = (await cluster.ok('get events -n shop -o name')).split('\n')[0]!
    const at = (await cluster.ok(`get ${event} -n shop -o jsonpath={.metadata.resourceVersion}`)).trim()
    assert.match(await asTenant(`show ${event} -n shop --at ${at}`), /involvedObject/)
    const from = await forgetEvents()
    assert.ok(from > Number(at))
    const words = `the past of events can be read from ${from} on: what was before is not kept`
    const expired = `periplus: Error from server (Expired): ${words}`
    assert.equal((await refused(`show ${event} -n shop --at ${at}`)).trim(), expired)
    assert.equal((await refused(`diff ${event} ${at} -n shop`)).trim(), expired)
    const [, server = ''] = /--server (\S+)/.exec(await asAdmin(`at ${at}`)) ?? []
    const kubectl = (what: string): Promise<Ran> => cluster.kubectl(`--server ${server} get ${what} -n shop`)
    assert.match((await kubectl('events')).stderr, new RegExp(words))
    assert.equal((await kubectl('deployments')).code, 0)
    assert.match(await asTenant(`log ${event} -n shop`), new RegExp(`^${at} `))
    const listed = await periplus(tenant, 'events --since 1 -o json')
    assert.match(listed.stderr, new RegExp(`this tells of events from ${from} on`))
    const subjects = listed.stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as { subject: string })
    assert.ok(subjects.length > 10 && !subjects.some(({ subject }) => subject.startsWith('events/')))
    const replayed = await cluster.periplus('replay')
    assert.equal(replayed.code, 0, replayed.stdout + replayed.stderr)
    assert.match(replayed.stdout, /\d+ decisions, \d+ identical/)
    assert.match(await asAdmin('verify'), new RegExp(`the past of events can be read from ${from} on`))
  })

  it('reads the log itself where no server answers, and says so', async () => {
    const { supervisor = NaN, 'control-plane': server = NaN } = cluster.processes()
    // It would end what stands still.
    process.kill(supervisor, 'SIGSTOP')
    process.kill(server, 'SIGSTOP')
    try {
      const { code, stdout, stderr } = await cluster.periplus('log', 'configmap/theirs')
      assert.equal(code, 0, stderr)
      assert.match(stdout, /created/)
      assert.match(stderr, /does not answer.*read from the log itself, with the cluster's own credentials/)
      const away = await periplus(tenant, 'log configmap/theirs')
      assert.equal(away.code, 1)
      assert.match(away.stderr, /^periplus: https:.* does not answer/)
    } finally {
      process.kill(server, 'SIGCONT')
      process.kill(supervisor, 'SIGCONT')
    }
  })
})
