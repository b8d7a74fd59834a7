import assert from 'node:assert/strict'
import { removeCluster, testCluster } from './cluster.ts'

const indexed = `
apiVersion: batch/v1
kind: Job
metadata: {name: squares}
spec:
  completions: 3
  parallelism: 3
  completionMode: Indexed
  ttlSecondsAfterFinished: 1000
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: square
        image: busybox
        command: [sh, -c, 'echo $(hostname) $((JOB_COMPLETION_INDEX * JOB_COMPLETION_INDEX))']
`

const busy = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: busy}
spec:
  selector: {matchLabels: {app: busy}}
  template:
    metadata: {labels: {app: busy}}
    spec:
      terminationGracePeriodSeconds: 0
      containers:
      - name: busy
        image: busybox
        command: [sh, -c, 'while true; do true; done']
        resources: {requests: {cpu: 5m}, limits: {cpu: 100m}}
`

describe('jobs, cron jobs, and pods by what they use', function () {
  this.timeout(180_000)
  const cluster = testCluster()
  const { ok } = cluster

  before(async () => {
    const { code, stdout, stderr } = await cluster.periplus('up')
    assert.equal(code, 0, stderr + stdout)
  })
  after(() => removeCluster(cluster))

  it('runs a job of several indexes, each with its host name and number', async () => {
    await ok('apply -f -', indexed)
    await ok('wait --for=condition=complete job/squares --timeout=60s')
    const lines = await ok('logs -l batch.kubernetes.io/job-name=squares')
    assert.deepEqual(lines.trim().split('\n').sort(), ['squares-0 0', 'squares-1 1', 'squares-2 4'])
    assert.equal(await ok('get job squares -o jsonpath={.status.completedIndexes}'), '0-2')
  })

  it('fails a job that fails too often, and deletes its pods with it', async () => {
    await ok(
      'apply -f -',
      indexed
        .replaceAll('squares', 'broken')
        .replace("'echo", "'exit 3; echo")
        .replace('spec:', 'spec:\n  backoffLimit: 0'),
    )
    await ok('wait --for=condition=failed job/broken --timeout=60s')
    assert.match(
      await ok('get events --field-selector involvedObject.name=broken'),
      /Warning +BackoffLimitExceeded +job\/broken +Job has reached/,
    )
    await ok('delete job broken --timeout=60s')
    await ok('wait --for=delete pods -l job-name=broken --timeout=60s')
  })

  it('makes jobs by a schedule, and by hand from it', async () => {
    await ok(['create', 'cronjob', 'hello', '--image=busybox', '--schedule=@every 1s', '--', 'echo', 'hello'])
    await ok('wait --for=jsonpath={.status.lastSuccessfulTime} cronjob/hello --timeout=60s')
    await ok(['patch', 'cronjob', 'hello', '-p', '{"spec":{"suspend":true}}'])
    assert.match(await ok('get cronjob hello'), /^hello +@every 1s +<none> +True +/m)
    await ok('create job by-hand --from=cronjob/hello')
    await ok('wait --for=condition=complete job/by-hand --timeout=60s')
    assert.equal(await ok('logs job/by-hand'), 'hello\n')
    await ok('delete cronjob hello')
    await ok('wait --for=delete job/by-hand --timeout=60s')
  })

  it('tells what nodes and pods use, and makes as many as that asks for', async () => {
    await ok('apply -f -', busy)
    await ok('autoscale deployment busy --cpu=50% --min=1 --max=2')
    await ok('wait --for=jsonpath={.spec.replicas}=2 deployment/busy --timeout=120s')
    assert.match(
      await ok('get events'),
      /SuccessfulRescale +horizontalpodautoscaler\/busy +New size: 2; reason: cpu resource utilization/,
    )
    assert.match(await ok('get hpa busy'), /^busy +Deployment\/busy +cpu: \d+%\/50% +1 +2 /m)
    assert.match(await ok('top nodes'), /^NAME +CPU\(cores\).*\n\S+ +\d+m +\d+% +\d+Mi/)
    assert.match(await ok('top pods -l app=busy'), /^busy-\S+ +\d+m +\d+Mi/m)
    await ok('delete deployment/busy hpa/busy')
  })
})
