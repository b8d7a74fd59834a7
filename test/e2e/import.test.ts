import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { removeCluster, testCluster } from './cluster.ts'
import type { TestCluster } from './cluster.ts'

const controlled = (kind: string, name: string, uid: string, apiVersion: string): object => ({
  ownerReferences: [{ apiVersion, kind, name, uid, controller: true }],
})

const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'tills.shop.example.com' },
  spec: {
    ...{ group: 'shop.example.com', scope: 'Namespaced' },
    names: { plural: 'tills', singular: 'till', kind: 'Till' },
    versions: [
      {
        ...{ name: 'v1', served: true, storage: true },
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
}

const volume = {
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name: 'shelf' },
  spec: {
    ...{ capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], storageClassName: 'none' },
    hostPath: { path: '/shelf' },
  },
}

describe('objects of another cluster', function () {
  this.timeout(240_000)
  let there: TestCluster
  let here: TestCluster
  /** Of an account there that may read, and nothing else. */
  let kubeconfig: string

  const said = async (...words: string[]): Promise<string> => {
    const { code, stdout, stderr } = await here.periplus('import', '--kubeconfig', kubeconfig, ...words)
    assert.equal(code, 0, stderr + stdout)
    return stdout
  }
  const create = (cluster: TestCluster, object: object): Promise<string> =>
    cluster.ok('create -f -', JSON.stringify(object))
  const uidOf = (cluster: TestCluster, what: string): Promise<string> =>
    cluster.ok(`get ${what} -o jsonpath={.metadata.uid}`)
  const addressOf = (cluster: TestCluster, service: string): Promise<string> =>
    cluster.ok(`get service -n shop ${service} -o jsonpath={.spec.clusterIP}`)

  before(async () => {
    const networks = { PERIPLUS_RUNTIME: 'hollow', PERIPLUS_SERVICE_CIDR: '10.111.0.0/16' }
    there = testCluster(networks)
    here = testCluster(networks)
    for (const cluster of [there, here]) {
      const { code, stderr } = await cluster.periplus('up')
      assert.equal(code, 0, stderr)
    }
    await there.ok('create namespace shop')
    await there.ok('create deployment web -n shop --image=nginx --replicas=2')
    for (const service of ['web', 'other']) await there.ok(`create service clusterip ${service} -n shop --tcp=80`)
    await there.ok('create configmap settings -n shop --from-literal=a=b')
    await there.ok('create priorityclass urgent --value=1000')
    await there.ok('run alone -n shop --image=nginx')
    for (const object of [definition, volume]) await create(there, object)
    await there.ok('wait --for=condition=Established crd/tills.shop.example.com --timeout=30s')
    const [group, version] = ['shop.example.com', 'v1']
    const till = { apiVersion: `${group}/${version}`, kind: 'Till', metadata: { name: 'till', namespace: 'shop' } }
    await create(there, { ...till, spec: { drawer: 7 } })
    await create(there, {
      ...{ apiVersion: 'v1', kind: 'ConfigMap', data: { of: 'the till' } },
      metadata: {
        ...{ name: 'receipts', namespace: 'shop' },
        ...controlled('Till', 'till', await uidOf(there, 'till/till -n shop'), `${group}/${version}`),
      },
    })
    await there.ok('rollout status deployment/web -n shop --timeout=60s')
    await there.ok('create serviceaccount reader')
    await there.ok('create clusterrole reads-all --verb=get,list --resource=*.*')
    await there.ok('create clusterrolebinding reader --clusterrole=reads-all --serviceaccount=default:reader')
    const token = (await there.ok('create token reader')).trim()
    const admin = readFileSync(join(there.home, 'kubeconfig'), 'utf8')
    kubeconfig = join(here.home, 'there.kubeconfig')
    writeFileSync(kubeconfig, admin.replace(/client-certificate-data: .*\n(\s*)client-key-data: .*/, `token: ${token}`))
    assert.equal((await there.kubectl(['--kubeconfig', kubeconfig, 'auth', 'can-i', 'create', 'pods'])).code, 1)
    // Taken here already.
    const taken = await addressOf(there, 'other')
    await here.ok(`create service clusterip taken --tcp=80 --clusterip=${taken}`)
  })
  after(async () => {
    for (const cluster of [there, here]) await removeCluster(cluster)
  })

  it('are told of in a trial, which writes nothing', async () => {
    const before = await here.ok('get configmaps -A -o jsonpath={.metadata.resourceVersion}')
    const plan = await said('--dry-run')
    assert.match(plan, /^\+ namespaces\/shop$/m)
    assert.match(plan, /^\? deployments\.apps\/web -n shop: cannot be tried/m)
    assert.match(plan, /^= persistentvolumes\/shelf: stays there, as its data is there/m)
    assert.match(plan, /^of \d+ objects \d+ would be made, \d+ could not be tried, 0 would be refused$/m)
    assert.equal((await here.kubectl('get namespace shop')).code, 1)
    assert.ok(Number(await here.ok('get configmaps -A -o jsonpath={.metadata.resourceVersion}')) >= Number(before))
  })

  it('are made here, run, and keep their addresses where nobody has them', async () => {
    const told = await said()
    assert.match(told, /0 were refused$/m)
    await here.ok('rollout status deployment/web -n shop --timeout=60s')
    await here.ok('wait --for=condition=Ready pod/alone -n shop --timeout=60s')
    assert.equal(await here.ok('get configmap settings -n shop -o jsonpath={.data.a}'), 'b')
    assert.equal(await here.ok('get till till -n shop -o jsonpath={.spec.drawer}'), '7')
    assert.equal(await addressOf(here, 'web'), await addressOf(there, 'web'))
    const other = await addressOf(there, 'other')
    assert.notEqual(await addressOf(here, 'other'), other)
    assert.ok(told.includes(`+ services/other -n shop\n    its address ${other} cannot be had here`), told)
  })

  it('are owned by what was made here', async () => {
    const owner = await here.ok('get configmap receipts -n shop -o jsonpath={.metadata.ownerReferences[0].uid}')
    assert.equal(owner, await uidOf(here, 'till/till -n shop'))
    assert.notEqual(owner, await uidOf(there, 'till/till -n shop'))
  })

  it('are none of the other cluster’s own, and no second time the same', async () => {
    assert.equal(
      await here.ok('get nodes -o jsonpath={.items[*].metadata.name}').then(text => text.split(' ').length),
      1,
    )
    assert.equal((await here.kubectl('get persistentvolume shelf')).code, 1)
    assert.match(await said(), /^of 0 objects 0 were made, 0 were refused$/m)
  })
})
