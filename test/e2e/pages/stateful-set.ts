import assert from 'node:assert/strict'
import { join } from 'node:path'
import { until } from '../../faults/until.ts'
import { root } from '../cluster.ts'
import type { TestCluster } from '../cluster.ts'
import { watchPods } from './watch-pods.ts'

const fixtures = join(root, 'test/fixtures/pages/statefulset')
const selector = 'app=nginx'

/** The steps of the tutorial "StatefulSet Basics". */
export const statefulSetBasics = (cluster: TestCluster) => {
  const { ok } = cluster
  const rolledOut = (): Promise<string> => ok('rollout status statefulset/web --timeout=90s')
  const podsAre = (names: string): Promise<unknown> =>
    until(`the pods are ${names}`, async () => (await named()) === names)
  const named = (): Promise<string> => ok(['get', 'pods', '-l', selector, '-o', 'jsonpath={.items[*].metadata.name}'])
  const images = (): Promise<string> =>
    ok(['get', 'pods', '-l', selector, '-o', 'jsonpath={.items[*].spec.containers[0].image}'])
  const patch = (body: object): Promise<string> => ok(['patch', 'statefulset', 'web', '-p', JSON.stringify(body)])
  const partition = (number: number): Promise<string> =>
    patch({ spec: { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: number } } } })
  const page = (from: string, of: string): Promise<string> =>
    ok(['exec', from, '--', 'wget', '-qO-', `http://${of}.nginx`])

  return {
    create: async (): Promise<void> => {
      const watched = await watchPods(cluster, selector)
      await ok(['apply', '-f', join(fixtures, 'web.yaml')])
      await rolledOut()
      await watched.close()
      const isReady = watched.lines.findIndex(line => line.startsWith('web-0 1/1 Running'))
      const next = watched.lines.findIndex(line => line.startsWith('web-1 '))
      assert.ok(isReady >= 0 && next > isReady, watched.lines.join('\n'))
      assert.match(await ok('get service nginx'), /nginx +ClusterIP +None +<none> +80\/TCP/)
      assert.match(await ok('get statefulset web'), /web +2\/2/)
    },
    identities: async (): Promise<void> => {
      for (const name of ['web-0', 'web-1']) {
        assert.equal(await ok(['exec', name, '--', 'sh', '-c', 'hostname']), `${name}\n`)
        await ok(['exec', name, '--', 'sh', '-c', 'echo "$(hostname)" > /usr/share/nginx/html/index.html'])
      }
      assert.match(await ok('get pvc -l app=nginx'), /www-web-0 +Bound .* 1Gi +RWO .*\nwww-web-1 +Bound .* 1Gi +RWO /)
      const answers = async (): Promise<readonly string[]> => [
        await page('web-1', 'web-0'),
        await page('web-0', 'web-1'),
      ]
      assert.deepEqual(await answers(), ['web-0\n', 'web-1\n'])
      await ok(`delete pod -l ${selector}`)
      await rolledOut()
      await ok(`wait --for=condition=Ready pod -l ${selector} --timeout=60s`)
      await until('pods are found by their names again', async () => (await answers()).join('') === 'web-0\nweb-1\n')
    },
    scale: async (): Promise<void> => {
      await ok('scale sts web --replicas=5')
      await rolledOut()
      const watched = await watchPods(cluster, selector)
      await patch({ spec: { replicas: 3 } })
      await podsAre('web-0 web-1 web-2')
      await watched.close()
      const going = watched.lines.filter(line => line.includes(' Terminating ')).map(line => line.split(' ')[0])
      assert.deepEqual([...new Set(going)], ['web-4', 'web-3'])
      assert.equal((await ok('get pvc -l app=nginx -o name')).trim().split('\n').length, 5)
    },
    update: async (): Promise<void> => {
      await partition(3)
      const to = { op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'nginx:0.24' }
      await ok(['patch', 'statefulset', 'web', '--type=json', '-p', JSON.stringify([to])])
      await ok('delete pod web-2')
      await ok('wait --for=condition=Ready pod/web-2 --timeout=60s')
      assert.equal(await images(), 'nginx:0.21 nginx:0.21 nginx:0.21')
      await partition(2)
      assert.match(await rolledOut(), /partitioned roll out complete: 1 new pods have been updated/)
      assert.equal(await images(), 'nginx:0.21 nginx:0.21 nginx:0.24')
      await partition(0)
      await rolledOut()
      assert.equal(await images(), 'nginx:0.24 nginx:0.24 nginx:0.24')
      assert.match(await ok('rollout history statefulset/web'), /REVISION +CHANGE-CAUSE\n1 +<none>\n2 +<none>\n/)
      await ok('rollout undo statefulset/web')
      await rolledOut()
      assert.equal(await images(), 'nginx:0.21 nginx:0.21 nginx:0.21')
    },
    remove: async (): Promise<void> => {
      await ok('delete statefulset web --cascade=orphan')
      assert.equal(await named(), 'web-0 web-1 web-2')
      await ok('delete pod web-0')
      assert.equal(await named(), 'web-1 web-2')
      const [adopted] = (await ok('get pod web-1 -o jsonpath={.metadata.uid}')).split(' ')
      await ok(['apply', '-f', join(fixtures, 'web.yaml')])
      await rolledOut()
      await podsAre('web-0 web-1')
      assert.equal(await ok('get pod web-1 -o jsonpath={.metadata.uid}'), adopted)
      await until('the page is as it was', async () => (await page('web-1', 'web-0')) === 'web-0\n')
      await ok('delete statefulset web')
      await podsAre('')
      await ok('delete service nginx')
    },
    parallel: async (): Promise<void> => {
      const watched = await watchPods(cluster, selector)
      await ok(['apply', '-f', join(fixtures, 'web-parallel.yaml')])
      await rolledOut()
      await watched.close()
      const isReady = watched.lines.findIndex(line => line.startsWith('web-0 1/1 Running'))
      const next = watched.lines.findIndex(line => line.startsWith('web-1 '))
      assert.ok(next >= 0 && next < isReady, watched.lines.join('\n'))
      await ok(['delete', '-f', join(fixtures, 'web-parallel.yaml')])
      await ok('delete pvc -l app=nginx')
    },
  }
}
