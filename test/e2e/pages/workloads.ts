import assert from 'node:assert/strict'
import { join } from 'node:path'
import { root } from '../cluster.ts'
import type { TestCluster } from '../cluster.ts'

const fixture = (name: string): string => join(root, 'test/fixtures/pages/workloads', `${name}.yaml`)

/** The pages "DaemonSet", "Perform a Rolling Update on a DaemonSet" and the one about rolling it back. */
export const daemonSetPages = async ({ ok }: TestCluster): Promise<void> => {
  const name = 'daemonset/fluentd-elasticsearch'
  const inSystem = (line: string): Promise<string> => ok(`-n kube-system ${line}`)
  const rolledOut = (): Promise<string> => inSystem(`rollout status ${name} --timeout=60s`)
  const image = (): Promise<string> =>
    inSystem('get pods -l name=fluentd-elasticsearch -o jsonpath={.items[*].spec.containers[0].image}')
  await ok(['apply', '-f', fixture('daemonset')])
  assert.match(await rolledOut(), /daemon set "fluentd-elasticsearch" successfully rolled out/)
  assert.match(await inSystem(`get ${name}`), /fluentd-elasticsearch +1 +1 +1 +1 +1 /)
  assert.equal(await inSystem(`logs ${name}`), '/var/lib/docker/containers\n/var/log\n')
  await inSystem(`set image ${name} fluentd-elasticsearch=busybox:1.37`)
  await rolledOut()
  assert.equal(await image(), 'busybox:1.37')
  assert.match(await inSystem(`rollout history ${name}`), /REVISION +CHANGE-CAUSE\n1 +<none>\n2 +<none>\n/)
  await inSystem(`rollout undo ${name} --to-revision=1`)
  await rolledOut()
  assert.equal(await image(), 'busybox')
  assert.match(await inSystem(`describe ${name}`), /SuccessfulCreate.*Created pod: fluentd-elasticsearch-/)
  await ok(['delete', '-f', fixture('daemonset')])
  await inSystem('wait --for=delete pod -l name=fluentd-elasticsearch --timeout=60s')
}

/** The page "Jobs". */
export const jobPage = async ({ ok }: TestCluster): Promise<void> => {
  await ok(['apply', '-f', fixture('job')])
  await ok('wait --for=condition=complete job/pi --timeout=60s')
  const pods = await ok(
    'get pods --selector=batch.kubernetes.io/job-name=pi --output=jsonpath={.items[*].metadata.name}',
  )
  assert.match(await ok(`logs ${pods}`), /^3\.14159265358979323846264338327950288419716939937510582\d+\n$/)
  assert.match(await ok('get job pi'), /^pi +Complete +1\/1 +/m)
  assert.match(
    await ok('describe job pi'),
    /Pods Statuses: +0 Active \(0 Ready\) \/ 1 Succeeded \/ 0 Failed\n[^]*SuccessfulCreate.*job-controller +Created pod: pi-\w{5}\n.*Completed.*Job completed/,
  )
  assert.equal(await ok('get pods -l job-name=pi -o jsonpath={.items[*].metadata.finalizers}'), '')
  await ok('delete job pi')
}

/** The page "Running Automated Tasks with a CronJob": what is made on the minute is looked at later. */
export const cronJobPage = ({ ok }: TestCluster) => ({
  begin: async (): Promise<void> => {
    await ok(['create', '-f', fixture('cronjob')])
    assert.match(await ok('get cronjob hello'), /^hello +\* \* \* \* \* +<none> +False +\d+ +(<none>|\d+s) +\d+s$/m)
  },
  end: async (): Promise<void> => {
    await ok('wait --for=jsonpath={.status.lastSuccessfulTime} cronjob/hello --timeout=90s')
    const job = (await ok(['get', 'jobs', '-o', 'jsonpath={.items[?(@.status.succeeded==1)].metadata.name}'])).split(
      ' ',
    )
    const [first = ''] = job.filter(name => /^hello-\d{8}$/.test(name))
    const pods = await ok(`get pods --selector=job-name=${first} --output=jsonpath={.items[*].metadata.name}`)
    assert.match(await ok(`logs ${pods}`), /^.*\d\d:\d\d:\d\d UTC \d{4}\nHello from the Kubernetes cluster\n$/)
    await ok('delete cronjob hello')
    await ok('wait --for=delete job --all --timeout=60s')
  },
})
