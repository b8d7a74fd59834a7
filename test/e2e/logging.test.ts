import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { apiClient } from '../faults/api-client.ts'
import { until } from '../faults/until.ts'
import { removeCluster, testCluster } from './cluster.ts'
import { countingUntilEnough, podWithMarks } from './counting.ts'

/** Faster than a file of a mebibyte takes at two looks. */
const flood = countingUntilEnough(0.05)

/** Lines of a thousand bytes, 20,000 at a time, until there are enough. */
const atFullSpeed = `
  line=$(printf 'x%.0s' $(seq 999))
  until [ -e /marks/enough ]; do yes $line | head -n 20000; n=$((n + 20000)); done
  echo $n > /dev/termination-log`

const talk = `
  if [ ! -e /marks/ran ]; then touch /marks/ran; echo life one; echo its end; exit 1; fi
  echo one; echo two; sleep 2; echo three; echo four
  sleep 3600`
const twoStreams = 'for i in 1 2 3; do echo "out $i"; echo "err $i" >&2; done; sleep 3600'

const numbersOf = (lines: string): readonly number[] =>
  lines
    .trimEnd()
    .split('\n')
    .map(line => Number(line.split(' ')[0]))

/** How many of the numbers up to the last are missing from a first one on, come again, or come before their turn. */
const troublesIn = (numbers: readonly number[], first: number, last: number): object => {
  const seen = new Set(numbers)
  const missing = Array.from({ length: last - first + 1 }, (_, i) => first + i).filter(n => !seen.has(n)).length
  const early = numbers.filter((n, i) => i > 0 && n < (numbers[i - 1] ?? 0)).length
  return { missing, doubled: numbers.length - seen.size, early }
}
const none = { missing: 0, doubled: 0, early: 0 }

describe('kubectl logs', function () {
  this.timeout(120_000)
  const cluster = testCluster({ PERIPLUS_CONTAINER_LOG_MEBIBYTES: '1', PERIPLUS_CONTAINER_LOG_FILES: '20' })
  const { ok, kubectl, periplus } = cluster
  const apply = (object: object): Promise<string> => ok('apply -f -', JSON.stringify(object))
  const follow = async (line: string): Promise<readonly number[]> => {
    const { stdout, stderr } = cluster.start('kubectl', line.split(' '))
    assert.ok(stdout && stderr)
    const [out, error] = await Promise.all([text(stdout), text(stderr)])
    assert.equal(error, '')
    return numbersOf(out)
  }

  before(async () => {
    const { code, stdout, stderr } = await periplus('up')
    assert.equal(code, 0, stderr + stdout)
    await apply(podWithMarks('talks', talk))
    await apply(podWithMarks('streams', twoStreams))
    await ok([
      'create',
      'deployment',
      'web',
      '--image=busybox:1.36',
      '--replicas=2',
      '--',
      'sh',
      '-c',
      'echo I am $(hostname); sleep 3600',
    ])
    await ok('rollout status deployment/web --timeout=60s')
    await until('it has told all', async () => (await kubectl('logs talks')).stdout.includes('four'))
  })
  after(() => removeCluster(cluster))

  it('shows the life before with --previous', async () => {
    assert.equal(await ok('logs talks --previous'), 'life one\nits end\n')
    assert.equal(await ok('logs talks'), 'one\ntwo\nthree\nfour\n')
    const { code, stderr } = await kubectl('logs streams --previous')
    assert.equal(code, 1)
    assert.match(
      stderr,
      /^Error from server \(BadRequest\): previous terminated container "main" in pod "streams" not found\n$/,
    )
  })

  it('takes the last lines, so many bytes, and both', async () => {
    assert.equal(await ok('logs talks --tail=3'), 'two\nthree\nfour\n')
    assert.equal(await ok('logs talks --tail=0'), '')
    assert.equal(await ok('logs talks --limit-bytes=6'), 'one\ntw')
    assert.equal(await ok('logs talks --tail=2 --limit-bytes=7'), 'three\nf')
    assert.equal(await ok('logs talks --follow --limit-bytes=8'), 'one\ntwo\n')
  })

  it('stamps lines, and begins at a stamp', async () => {
    const stamped = (await ok('logs talks --timestamps')).trimEnd().split('\n')
    for (const line of stamped) assert.match(line, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}(Z|[+-]\d\d:\d\d) \S+$/)
    const third = stamped[2]?.split(' ')[0] ?? ''
    assert.equal(await ok(['logs', 'talks', `--since-time=${third}`]), 'three\nfour\n')
    assert.equal(
      await ok(['logs', 'talks', `--since-time=${new Date(Date.parse(third) + 3_600_000).toISOString()}`]),
      '',
    )
    assert.equal(await ok('logs talks --since=1h'), 'one\ntwo\nthree\nfour\n')
  })

  it('shows all pods of a selector or a deployment, each line with its pod', async () => {
    const names = (await ok('get pods -l app=web -o name')).trim().split('\n').sort()
    const expected = names.map(name => `[${name}/busybox] I am ${name.slice('pod/'.length)}`)
    const sorted = (lines: string): readonly string[] => lines.trimEnd().split('\n').sort()
    assert.deepEqual(sorted(await ok('logs -l app=web --prefix')), expected)
    assert.deepEqual(sorted(await ok('logs deployment/web --all-pods')), expected)
    const one = await kubectl('logs deployment/web')
    assert.match(one.stdout, /^I am web-\S+\n$/)
    assert.match(one.stderr, /^Found 2 pods, using pod\/web-/)
  })

  it('tells standard output from standard error by the query’s stream', async () => {
    const path = '/api/v1/namespaces/default/pods/streams/log'
    assert.equal(await ok(['get', '--raw', `${path}?stream=Stdout`]), 'out 1\nout 2\nout 3\n')
    assert.equal(await ok(['get', '--raw', `${path}?stream=Stderr`]), 'err 1\nerr 2\nerr 3\n')
    assert.equal((await ok(['get', '--raw', `${path}?stream=All`])).length, 36)
    assert.equal(await ok(['get', '--raw', `${path}?stream=Stderr&limitBytes=8`]), 'err 1\ner')
    const refused = await kubectl(['get', '--raw', `${path}?stream=Stderr&tailLines=1`])
    assert.match(refused.stderr, /`tailLines` and specific `stream` are mutually exclusive for now/)
    assert.match(
      (await kubectl(['get', '--raw', `${path}?stream=stderr`])).stderr,
      /stream: Unsupported value: "stderr"/,
    )
  })

  it("shows what the node's own parts said, to whom may use its proxy", async () => {
    const [node = ''] = readdirSync(join(cluster.home, 'nodes'))
    const query = (words: string): readonly string[] => ['get', '--raw', `/api/v1/nodes/${node}/proxy/logs/${words}`]
    const said = (await ok(query('?query=kubelet&pattern=ready'))).trimEnd().split('\n')
    assert.deepEqual(
      said.map(line => (JSON.parse(line) as { component: string; message: string }).message),
      ['ready'],
    )
    assert.equal(await ok(query(`?query=kubelet&untilTime=${new Date(0).toISOString()}`)), '')
    assert.match(await ok(query('?query=nats&query=control-plane')), /Server is ready.*"component":"control-plane"/s)
    assert.match(await ok(query('')), /<a href="pods\/">/)
    assert.match((await kubectl([...query('?query=kubelet&tailLines=-1')])).stderr, /must be between 0 and 100000/)

    await ok('create clusterrole reads-logs --verb=get --resource=nodes/log')
    await ok('create clusterrole uses-proxies --verb=get --resource=nodes/proxy')
    await ok('create clusterrolebinding jane --clusterrole=reads-logs --user=jane')
    await ok('create clusterrolebinding joe --clusterrole=uses-proxies --user=joe')
    const refused = await kubectl([...query('?query=kubelet'), '--as=jane'])
    assert.match(refused.stderr, /User "jane" cannot get resource "nodes\/proxy" in API group "" at the cluster scope/)
    assert.notEqual(await ok([...query('?query=kubelet&tailLines=1'), '--as=joe']), '')
  })

  const shown = async (pod: string, ...more: string[]): Promise<readonly string[]> =>
    (await periplus('logs', `pod/${pod}`, ...more)).stdout.trimEnd().split('\n')
  const lostLines = async (pod: string): Promise<number> =>
    (await shown(pod, '--gaps'))
      .map(line => Number(/^-- (\d+) lines? (?:is|are) not in the stream: Quota$/.exec(line)?.[1] ?? 0))
      .reduce((sum, each) => sum + each, 0)

  it('counts what is over a pod’s quota where a person sees it, to the line', async () => {
    const lines = 2_000
    const writes = `for i in $(seq ${lines}); do echo "$i ${'x'.repeat(92)}"; done; sleep 3600`
    const annotations = { 'logs.periplus.io/bytes-per-second': '4Ki', 'logs.periplus.io/over-quota': 'Sample' }
    const pod = podWithMarks('exceeds', writes)
    await apply({ ...pod, metadata: { ...pod.metadata, annotations } })
    await ok('wait --for=condition=periplus.io/LogsLost --timeout=60s pod/exceeds')
    const there = await until('each line is there or told of', async () => {
      const numbers = numbersOf((await shown('exceeds')).filter(line => !line.startsWith('-- ')).join('\n'))
      return numbers.length + (await lostLines('exceeds')) === lines && numbers
    })
    const lost = await lostLines('exceeds')
    assert.equal(new Set(there).size, there.length)
    assert.ok(lost > lines / 2 && there.length > 0, `${lost} of ${lines}`)
    const [node = ''] = readdirSync(join(cluster.home, 'nodes'))
    await until('the metric has them', async () => {
      const metrics = await ok(`get --raw /api/v1/nodes/${node}/proxy/metrics`)
      return Number(/^periplus_log_lines_lost_total\{.*reason="Quota".*\} (\d+)/m.exec(metrics)?.[1]) === lost
    })
    const message = 'jsonpath={.status.conditions[?(@.type=="periplus.io/LogsLost")].message}'
    assert.match(await ok(`get pod exceeds -o ${message}`), /not in the log stream: Quota: at least 1000 lines$/)
  })

  it('holds a pod that floods to its quota, to the line, and neither the lines of a quiet one nor objects wait', async () => {
    const inTime = 10_000
    await apply(podWithMarks('quiet', 'while :; do echo $((n += 1)) $(date +%s); sleep 1; done'))
    await ok('wait --for=condition=Ready --timeout=60s pod/quiet')
    const heard: { readonly number: number; readonly late: number }[] = []
    const following = cluster.start('periplus', ['logs', '-f', 'pod/quiet'])
    following.stdout?.on('data', (lines: Buffer) => {
      for (const line of lines.toString().trimEnd().split('\n')) {
        const [number = NaN, second = NaN] = line.split(' ').map(Number)
        heard.push({ number, late: Date.now() - second * 1000 })
      }
    })
    const annotations = { 'logs.periplus.io/bytes-per-second': '64Ki', 'logs.periplus.io/over-quota': 'DropOldest' }
    const pod = podWithMarks('pours', atFullSpeed, { restartPolicy: 'Never' })
    await apply({ ...pod, metadata: { ...pod.metadata, annotations } })
    await ok('wait --for=condition=Ready --timeout=60s pod/pours')
    const [before, api, took] = [heard.length, apiClient(cluster.home), [] as number[]]
    for (let i = 0; i < 30; i++) {
      const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `beside-${i}` } }
      const begun = performance.now()
      assert.equal((await api.ask('/api/v1/namespaces/default/configmaps', { method: 'POST', body })).status, 201)
      took.push(performance.now() - begun)
    }
    await until('the quiet one was heard beside it', () => heard.length >= before + 5)
    await ok('wait --for=condition=periplus.io/LogsLost --timeout=60s pod/pours')
    await ok('exec pours -- touch /marks/enough')
    await ok('wait --for=jsonpath={.status.phase}=Succeeded --timeout=60s pod/pours')
    following.kill()
    const said = 'jsonpath={.status.containerStatuses[0].state.terminated.message}'
    const last = Number(await ok(['get', 'pod', 'pours', '-o', said]))
    await until('each line is there or told of', async () => {
      const there = (await shown('pours')).filter(line => !line.startsWith('-- ')).length
      return there + (await lostLines('pours')) === last
    })
    assert.ok((await lostLines('pours')) > last * 0.9)
    assert.deepEqual(
      heard.map(({ number }) => number),
      heard.map((_, i) => i + 1),
    )
    const latest = Math.max(...heard.map(({ late }) => late))
    assert.ok(latest < inTime, `a line came ${latest} ms late`)
    assert.ok(Math.max(...took) < inTime, `a write took ${Math.max(...took)} ms`)
  })

  it('follows over rotations without a line lost or doubled, and reads rotated files again', async () => {
    await apply(podWithMarks('floods', flood, { restartPolicy: 'Never' }))
    await ok('wait --for=condition=Ready --timeout=60s pod/floods')
    const following = ['logs -f floods', 'logs -f floods --tail=1'].map(follow)
    const [node = ''] = readdirSync(join(cluster.home, 'nodes'))
    const pods = join(cluster.home, 'nodes', node, 'var/log/pods')
    const [own = ''] = readdirSync(pods).filter(name => name.startsWith('default_floods_'))
    const files = (): readonly string[] => readdirSync(join(pods, own, 'main'))
    // The file before the last one is compressed when the log is rotated again.
    await until('a file is compressed', async () => files().some(name => name.endsWith('.gz')) && files().length > 2)
    await ok('exec floods -- touch /marks/enough')
    const [all = [], tail = []] = await Promise.all(following)
    const said = 'jsonpath={.status.containerStatuses[0].state.terminated.message}'
    await ok('wait --for=jsonpath={.status.phase}=Succeeded --timeout=60s pod/floods')
    const last = Number(await ok(['get', 'pod', 'floods', '-o', said]))
    assert.deepEqual(troublesIn(all, 1, last), none)
    assert.deepEqual(troublesIn(tail, tail[0] ?? 0, last), none)
    assert.deepEqual(troublesIn(numbersOf(await ok('logs floods')), 1, last), none)
    const most = numbersOf(await ok(`logs floods --tail=${last - 500}`))
    assert.deepEqual([most[0], most.length], [501, last - 500])
    assert.deepEqual(troublesIn(most, 501, last), none)
  })
})
