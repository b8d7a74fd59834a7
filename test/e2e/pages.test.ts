import assert from 'node:assert/strict'
import { once } from 'node:events'
import { join } from 'node:path'
import { until } from '../faults/until.ts'
import { ask } from './ask.ts'
import { removeCluster, root, testCluster } from './cluster.ts'
import { autoscalerPage } from './pages/autoscaler.ts'
import { disruptionPages } from './pages/disruption.ts'
import { initContainerPages, initDemoPage } from './pages/init-containers.ts'
import { jobPolicyPages, parallelJobPages, talkingJobPage } from './pages/jobs.ts'
import { downwardPages, volumePages } from './pages/pod-volumes.ts'
import { priorityPages } from './pages/priorities.ts'
import { limitRangePages, quotaPages, storageLimitPage } from './pages/quotas.ts'
import { replicationControllerPage } from './pages/replication-controller.ts'
import { resizePages } from './pages/resize.ts'
import { statefulSetBasics } from './pages/stateful-set.ts'
import { staticPodPage } from './pages/static-pods.ts'
import { workQueuePages } from './pages/work-queues.ts'
import { cronJobPage, daemonSetPages, jobPage } from './pages/workloads.ts'

const fixtures = join(root, 'test/fixtures/pages')

/** Tutorials of the Kubernetes documentation, their images replaced; their manifests and commands are as they stand there. */
describe('a page of the documentation', function () {
  this.timeout(360_000)
  const cluster = testCluster()
  const { ok, start } = cluster
  const jsonPath = (what: string, path: string): Promise<string> =>
    ok(['get', ...what.split(' '), '-o', `jsonpath=${path}`])

  const statefulSet = statefulSetBasics(cluster)
  const cronJob = cronJobPage(cluster)
  const jobPolicies = jobPolicyPages(cluster)
  const autoscaler = autoscalerPage(cluster)

  before(async () => {
    const { code, stdout, stderr } = await cluster.periplus('up')
    assert.equal(code, 0, stderr + stdout)
    await cronJob.begin()
    await jobPolicies.begin()
  })
  after(() => removeCluster(cluster))

  it('about the guestbook: leader, followers and frontends find each other by name', async () => {
    const apply = (name: string): Promise<string> => ok(['apply', '-f', join(fixtures, 'guestbook', `${name}.yaml`)])
    await apply('stand-ins')
    for (const part of ['redis-leader', 'redis-follower', 'frontend']) {
      await apply(`${part}-deployment`)
      await apply(`${part}-service`)
      await ok(`rollout status deployment/${part} --timeout=90s`)
    }
    assert.match(await ok('get service'), /redis-follower +ClusterIP +10\.\S+ +<none> +6379\/TCP/)

    const forward = start('kubectl', ['port-forward', 'svc/frontend', ':80'])
    try {
      const [line] = (await once(forward.stdout!, 'data')) as [Buffer]
      const port = /127\.0\.0\.1:(\d+)/.exec(String(line))?.[1]
      const guestbook = `http://127.0.0.1:${port}/cgi-bin/frontend`
      assert.equal(await ask(`${guestbook}?add=first`), '200 first')
      assert.equal(await ask(`${guestbook}?add=second`), '200 first\nsecond')
      assert.equal(await ask(guestbook), '200 first\nsecond')
    } finally {
      forward.kill()
    }
    const clusterIp = await jsonPath('service frontend', '{.spec.clusterIP}')
    for (const count of [5, 2]) {
      await ok(`scale deployment frontend --replicas=${count}`)
      await ok('rollout status deployment/frontend --timeout=90s')
      assert.equal(await ask(`http://${clusterIp}/cgi-bin/frontend`), '200 first\nsecond')
    }
    for (const what of ['deployment', 'service']) {
      await ok(`delete ${what} -l app=redis`)
      await ok(`delete ${what} frontend`)
    }
    await ok('wait --for=delete pod -l app=redis --timeout=60s')
    await ok('delete configmap stand-ins')
  })

  it('about WordPress and MySQL: both keep what they have through other pods', async () => {
    const folder = join(fixtures, 'wordpress')
    await ok(['apply', '-k', folder])
    for (const name of ['wordpress-mysql', 'wordpress']) await ok(`rollout status deployment/${name} --timeout=90s`)
    assert.match(await ok('get secrets'), /^mysql-pass-\w+ +Opaque +1 /m)
    assert.match(await ok('get pvc'), /^mysql-pv-claim +Bound .*20Gi +RWO .*\nwp-pv-claim +Bound .*20Gi +RWO /m)
    assert.match(await ok('get services wordpress'), /^wordpress +LoadBalancer +\S+ +<pending> +80:\d+\/TCP /m)

    const nodeIp = await jsonPath('nodes', '{.items[0].status.addresses[?(@.type=="InternalIP")].address}')
    const nodePort = await jsonPath('service wordpress', '{.spec.ports[0].nodePort}')
    const site = `http://${nodeIp}:${nodePort}/cgi-bin/wordpress`
    assert.equal(await ask(`${site}?upload=picture`), '200 picture')
    assert.equal(await ask(`${site}?post=hello`), '200 picture\nhello')
    await ok('delete pods -l app=wordpress')
    await until('the site is as it was', async () => (await ask(site)) === '200 picture\nhello')
    await ok(['delete', '-k', folder])
    await ok('wait --for=delete pvc/mysql-pv-claim pvc/wp-pv-claim --timeout=60s')
  })

  it('about DaemonSets: fluentd on the node, rolled out and back', () => daemonSetPages(cluster))

  it('about Jobs: digits of pi', () => jobPage(cluster))
  it('about Jobs side by side, each with its part of the work', () => parallelJobPages(cluster))
  it('about Jobs that work off a queue', () => workQueuePages(cluster))
  it('about Jobs whose pods talk to each other', () => talkingJobPage(cluster))
  it('about Jobs that know which failures matter', jobPolicies.end)

  it('about ReplicationControllers, and rolling out by hand', () => replicationControllerPage(cluster))
  it('about init containers and sidecars', () => initContainerPages(cluster))
  it('about what an init container fetches for a web server', () => initDemoPage(cluster))
  it('about the resources of pods that run', () => resizePages(cluster))
  it('about budgets for disruptions, and draining a node', () => disruptionPages(cluster))
  it('about priorities and gates', () => priorityPages(cluster))

  // Readings and rounds take their time, in which other pages have theirs.
  it('about the HorizontalPodAutoscaler: load begins', autoscaler.begin)
  it('about quotas', () => quotaPages(cluster))
  it('about least, most and usual resources of a namespace', () => limitRangePages(cluster))
  it('about least, most and all storage of a namespace', () => storageLimitPage(cluster))
  it('about the HorizontalPodAutoscaler: there are more pods', autoscaler.grown)
  it('about what pods are told of themselves', () => downwardPages(cluster))
  it('about volumes of pods', () => volumePages(cluster))
  it('about static pods', () => staticPodPage(cluster))
  it('about the HorizontalPodAutoscaler: there are fewer again', autoscaler.shrunk)

  describe('about StatefulSets', () => {
    it('makes pods one after the other', statefulSet.create)
    it('gives them names and storage that outlive them', statefulSet.identities)
    it('scales up and down, the last one first', statefulSet.scale)
    it('updates from the last one on, by parts, and undoes it', statefulSet.update)
    it('leaves its pods, and takes them up again', statefulSet.remove)
    it('makes pods at once', statefulSet.parallel)
  })

  // Last, as the minute passes meanwhile: a suite's own tests come before those of suites in it.
  describe('about CronJobs', () => it('greets on the minute', cronJob.end))
})
