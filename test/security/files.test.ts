import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { lstatSync, readFileSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { removeCluster, testCluster } from '../e2e/cluster.ts'
import type { TestCluster } from '../e2e/cluster.ts'
import { processesOf } from '../faults/cluster-processes.ts'

/** Files of a home whose content is a secret, by their names. */
const secretNames = /(password|token|\.key|kubeconfig|secret|nats\.conf|redis\.conf)/

/** What others may have to read, below directories that they do not enter: containers run as other users. */
const open: readonly RegExp[] = [
  // What a node writes for its pods to read, and what they write.
  /^nodes\/[^/]+\/var\/lib\/kubelet\/pods\//,
  // As the kubelet's, for whoever ships logs.
  /^nodes\/[^/]+\/var\/log\/pods\//,
  // A plain process opens its output again; that it has started is no secret.
  /^nodes\/[^/]+\/processes\/containers\/[^/]+\/(pipes\/std(out|err)|started)$/,
  // What containerd writes for itself, as it does on every machine.
  /^containerd\/(cni\/addresses|containerd\.pid$|run\/|state\/)/,
]

/** What containers bring along, and what containerd keeps of images: as their makers have it. */
const brought = /\/(files|images|jetstream|rootfs|containerd\/root\/io\.containerd\.[^/]+\.v\d\.[^/]+)$/

const seenByNobody = (script: string, args: readonly string[]): string => {
  const nobody = ['--reuid=65534', '--regid=65534', '--clear-groups', '--', 'sh', '-c']
  return execFileSync('setpriv', [...nobody, script, 'sh', ...args]).toString()
}

for (const runtime of ['process', 'containerd'])
  describe(`the files and processes of a cluster of runtime ${runtime}`, function () {
    this.timeout(180_000)
    let cluster: TestCluster
    before(async () => {
      cluster = testCluster({ PERIPLUS_RUNTIME: runtime })
      const { code, stderr } = await cluster.periplus('up')
      assert.equal(code, 0, stderr)
      await cluster.ok('create deployment web --image=busybox -- sleep 1d')
      await cluster.ok('rollout status deployment/web --timeout=100s')
    })
    after(() => removeCluster(cluster))

    /** All that lies in the home but what is shared with other clusters, and but what images and containers bring along. */
    const files = (): readonly string[] => {
      const found: string[] = []
      const walk = (directory: string): void => {
        for (const entry of readdirSync(directory, { withFileTypes: true })) {
          const path = join(directory, entry.name)
          if (entry.isSymbolicLink() || brought.test(path)) continue
          found.push(path)
          if (entry.isDirectory()) walk(path)
        }
      }
      walk(cluster.home)
      return found
    }
    const secrets = (): readonly string[] =>
      files().filter(path => secretNames.test(relative(cluster.home, path)) && lstatSync(path).isFile())

    it('are nobody else’s to read or write', () => {
      const loose = files()
        .filter(path => !open.some(known => known.test(relative(cluster.home, path))))
        .filter(path => !lstatSync(path).isDirectory() && (lstatSync(path).mode & 0o077) !== 0)
        .map(path => `${(lstatSync(path).mode & 0o7777).toString(8)} ${relative(cluster.home, path)}`)
      assert.deepEqual(loose, [])
      assert.equal(lstatSync(cluster.home).mode & 0o077, 0)
      assert.ok(secrets().length >= 8, 'the secrets are known by their names')
    })

    it('give another user of the machine nothing', () => {
      const look = 'find "$1" -readable 2>/dev/null; cat "$1"/nats/*password* "$1"/kubeconfig 2>/dev/null; true'
      assert.equal(seenByNobody(look, [cluster.home]), '')
    })

    it('have no secret in what others may read of processes', () => {
      const words = secrets()
        .flatMap(path => readFileSync(path, 'latin1').split(/[\s"']+/))
        .filter(word => /^[\w+/=.-]{16,}$/.test(word) && !word.startsWith('/') && !word.includes('periplus'))
      assert.ok(words.length > 8)
      const pids = processesOf(cluster.home)
      assert.ok(pids.length >= 5)
      for (const pid of pids) {
        const text = readFileSync(`/proc/${pid}/cmdline`, 'latin1')
        for (const word of words) assert.ok(!text.includes(word), `${text.slice(0, 60)} has a secret in its arguments`)
      }
      const environments = pids.map(pid => `/proc/${pid}/environ`)
      assert.equal(seenByNobody('cat "$@" 2>/dev/null; true', environments), '')
    })

    it('are not to be seen from a pod', async () => {
      const script = `ls ${cluster.home} 2>/dev/null; cat /proc/1/environ /proc/[0-9]*/environ 2>/dev/null | grep -c PERIPLUS_HOME; true`
      const overrides = JSON.stringify({ spec: { securityContext: { runAsUser: 65534 } } })
      const command = ['--overrides', overrides, '--', 'sh', '-c', script]
      const ran = await cluster.kubectl(['run', 'looker', '--image=busybox', '--restart=Never', ...command])
      assert.equal(ran.code, 0, ran.stderr)
      await cluster.ok('wait pod/looker --for=jsonpath={.status.phase}=Succeeded --timeout=60s')
      assert.equal((await cluster.kubectl(['logs', 'looker'])).stdout.trim(), '0')
    })
  })
