import assert from 'node:assert/strict'
import { until } from '../../faults/until.ts'
import type { TestCluster } from '../cluster.ts'
import { pageOf } from './page.ts'

/** The pages about what pods are told of themselves: "Expose Pod Information to Containers", by variables and by files. */
export const downwardPages = async (cluster: TestCluster): Promise<void> => {
  const { ok, apply, field, leave } = await pageOf(cluster, 'volumes', 'downward')
  await apply('dapi-envars-pod', 'dapi-envars-container', 'dapi-volume', 'dapi-volume-resources')
  await ok('wait --for=condition=Ready pod --all --timeout=60s')
  const [node, ip] = (await field('pod dapi-envars-fieldref', '{.spec.nodeName} {.status.podIP}')).split(' ')
  assert.equal(await ok('logs dapi-envars-fieldref'), `\n${node}\ndapi-envars-fieldref\ndownward\n${ip}\ndefault\n`)
  assert.equal(await ok('logs dapi-envars-resourcefieldref'), '\n1\n1\n33554432\n67108864\n')
  const inVolume = 'exec kubernetes-downwardapi-volume-example --'
  assert.equal(
    await ok(`${inVolume} cat /etc/podinfo/labels`),
    'cluster="test-cluster1"\nrack="rack-22"\nzone="us-est-coast"',
  )
  assert.match(await ok(`${inVolume} cat /etc/podinfo/annotations`), /^build="two"\nbuilder="john-doe"\nkubectl/)
  assert.match(await ok(`${inVolume} ls -laR /etc/podinfo`), /\.\.data -> \.\.\d{4}_\d\d_/)
  assert.equal(
    await ok(['exec', 'kubernetes-downwardapi-volume-example-2', '--', 'sh', '-c', 'cd /etc/podinfo; cat *; echo; ls']),
    '2501256432\ncpu_limit\ncpu_request\nmem_limit\nmem_request\n',
  )
  await ok('label pod kubernetes-downwardapi-volume-example rack=rack-23 --overwrite')
  await until('the file follows', async () => /rack="rack-23"/.test(await ok(`${inVolume} cat /etc/podinfo/labels`)))
  await leave()
}

/** The pages "Configure a Pod to Use a Projected Volume for Storage", "Projected Volumes", "Ephemeral Volumes", and those of images and sub-paths. */
export const volumePages = async (cluster: TestCluster): Promise<void> => {
  const { ok, apply, field, leave } = await pageOf(cluster, 'volumes', 'volumes')
  const inPod = (pod: string, line: string): Promise<string> => ok(['exec', pod, '--', 'sh', '-c', line])
  await ok('create secret generic user --from-literal=username=admin')
  await ok('create secret generic pass --from-literal=password=1f2d1e2e67df')
  await ok('create secret generic mysecret --from-literal=username=admin')
  await ok('create configmap myconfigmap --from-literal=config=some')
  await apply('projected', 'projected-secret-downwardapi-configmap', 'projected-service-account-token')
  await apply('scratch-storage-class', 'ephemeral', 'image-volumes', 'subpath-expr')
  await ok('wait --for=condition=Ready pod --all --timeout=60s')

  assert.equal(
    await inPod('test-projected-volume', 'cd /projected-volume; ls; cat *'),
    'password\nusername\n1f2d1e2e67dfadmin',
  )
  assert.equal(
    await inPod('volume-test', 'cd /projected-volume; cat my-group/my-username my-group/my-config; ls'),
    'adminsomecpu_limit\nlabels\nmy-group\n',
  )
  const token = (await inPod('sa-token-test', 'cat /service-account/token')).split('.')[1] ?? ''
  const { aud, sub } = JSON.parse(Buffer.from(token, 'base64url').toString()) as { aud: unknown; sub: unknown }
  assert.deepEqual([aud, sub], [['api'], 'system:serviceaccount:volumes:default'])

  assert.match(
    await ok('get pvc -l type=my-frontend-volume'),
    /^my-app-scratch-volume +Bound .* 1Gi +RWO +scratch-storage-class /m,
  )
  await inPod('my-app', 'echo written > /scratch/file')
  assert.match(await inPod('image-volume', 'ls /volume/usr/sbin'), /^nginx$/m)
  assert.match(await inPod('image-volume', '(echo no > /volume/file) 2>&1 || true'), /Read-only file system/)
  await until('it is in a directory of its own', async () =>
    (await inPod('pod1', 'cat /logs/hello.txt')).startsWith('Hello\n'),
  )

  const volume = await field('pvc my-app-scratch-volume', '{.spec.volumeName}')
  await ok('delete pod my-app --now')
  await ok('wait --for=delete pvc/my-app-scratch-volume --timeout=60s')
  await ok(`wait --for=delete pv/${volume} --timeout=60s`)
  await leave()
  await cluster.ok('delete storageclass scratch-storage-class')
}
