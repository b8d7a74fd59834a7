import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { customResourceDefinitionController, garbageCollector, namespaceController } from '@periplus/controllers'
import { kindsAt } from '@periplus/custom'
import { root } from '../e2e/cluster.ts'
import { guardedCluster } from '../security/guarded-cluster.ts'
import type { GuardedCluster } from '../security/guarded-cluster.ts'

const binary = join(process.env['PERIPLUS_HOME'] ?? join(root, '.periplus'), 'tools/bin/kubectl')

interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

const schema = (more: object = {}) => ({
  type: 'object',
  required: ['spec'],
  properties: {
    spec: {
      type: 'object',
      description: 'What the boat is to be.',
      required: ['name'],
      properties: {
        name: { type: 'string', description: 'What is painted on it.', pattern: '^[A-Z]' },
        masts: { type: 'integer', minimum: 1, maximum: 5, default: 2 },
        rig: { type: 'string', enum: ['sloop', 'ketch'] },
        cargo: { type: 'array', items: { type: 'object', properties: { weight: { type: 'number' } } } },
        ...more,
      },
    },
    status: { type: 'object', properties: { afloat: { type: 'boolean' } } },
  },
})

const definition = (more: object = {}) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'boats.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'boats', kind: 'Boat', shortNames: ['bt'] },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: schema(more) },
        subresources: { status: {} },
        additionalPrinterColumns: [
          { name: 'Masts', type: 'integer', jsonPath: '.spec.masts' },
          { name: 'Afloat', type: 'boolean', jsonPath: '.status.afloat' },
        ],
      },
    ],
  },
})

const boat = (name: string, spec: object, metadata: object = {}) => ({
  apiVersion: 'example.com/v1',
  kind: 'Boat',
  metadata: { name, namespace: 'default', ...metadata },
  spec,
})

describe('custom resources, with kubectl', function () {
  this.timeout(120_000)
  let cluster: GuardedCluster
  let then = 0

  const kubectl = (args: string, input?: object, server?: string): Promise<Ran> =>
    new Promise(done => {
      const where = ['--kubeconfig', cluster.kubeconfig, ...(server === undefined ? [] : ['--server', server])]
      const child = execFile(
        binary,
        [...where, ...args.split(' ')],
        { env: { HOME: join(cluster.kubeconfig, `../home${server === undefined ? '' : '-past'}`) } },
        (error, stdout, stderr) => done({ code: error ? 1 : 0, stdout, stderr }),
      )
      child.stdin?.end(input ? JSON.stringify(input) : '')
    })
  const ok = async (args: string, input?: object): Promise<string> => {
    const { code, stdout, stderr } = await kubectl(args, input)
    assert.equal(code, 0, stderr)
    return stdout
  }
  const refused = async (object: object): Promise<string> => {
    const { code, stderr } = await kubectl('create -f -', object)
    assert.equal(code, 1)
    return stderr
  }

  before(async () => {
    cluster = await guardedCluster({
      controllers: [customResourceDefinitionController, garbageCollector(kindsAt), namespaceController(kindsAt)],
    })
  })
  after(async () => {
    assert.deepEqual(cluster.errors, [])
    await cluster.stop()
  })

  it('serves a definition, with discovery and kubectl explain', async () => {
    await ok('create -f -', definition())
    await ok('wait --for condition=established --timeout=10s crd/boats.example.com')
    const established = JSON.parse(await ok('get crd boats.example.com -o json')) as {
      status: { conditions: { type: string; status: string }[] }
    }
    assert.deepEqual(
      established.status.conditions.map(({ type, status }) => `${type}=${status}`),
      ['NamesAccepted=True', 'Established=True'],
    )
    assert.match(await ok('api-resources --api-group=example.com'), /boats +bt +example.com\/v1 +true +Boat/)
    const explained = await ok('explain boats.spec')
    assert.match(explained, /What the boat is to be\./)
    assert.match(explained, /masts\s+<integer>/)
    assert.match(explained, /name\s+<string> -required-/)
    assert.match(await ok('explain boats.spec.rig'), /ENUM:\n {4}sloop\n {4}ketch/)
  })

  it('fills in defaults, shows its columns and keeps the status apart', async () => {
    await ok('create -f -', { ...boat('ann', { name: 'Ann' }), status: { afloat: true } })
    assert.match(await ok('get bt'), /NAME +MASTS +AFLOAT\nann +2 +\n/)
    await ok('patch boat ann --subresource=status --type=merge -p {"status":{"afloat":true},"spec":{"masts":4}}')
    assert.match(await ok('get bt'), /ann +2 +true\n/)
    assert.equal(await ok('get boat ann -o jsonpath={.metadata.generation}'), '1')
    await ok('patch boat ann --type=merge -p {"spec":{"masts":3}}')
    assert.equal(await ok('get boat ann -o jsonpath={.metadata.generation}:{.spec.masts}'), '2:3')
  })

  it("refuses what does not fit, in Kubernetes' words", async () => {
    assert.equal(
      await refused(boat('bad', { name: 'ann', masts: 9, rig: 'raft', cargo: [{ weight: 'much' }] })),
      `The Boat "bad" is invalid: 
* spec.cargo[0].weight: Invalid value: "string": spec.cargo[0].weight in body must be of type number: "string"
* spec.masts: Invalid value: 9: spec.masts in body should be less than or equal to 5
* spec.name: Invalid value: "ann": spec.name in body should match '^[A-Z]'
* spec.rig: Unsupported value: "raft": supported values: "sloop", "ketch"
`,
    )
    assert.match(await refused(boat('bad', {})), /spec\.name: Required value/)
    assert.match(
      await refused(boat('bad', { name: 'Bea', sails: 1 })),
      /strict decoding error: unknown field "spec\.sails"/,
    )
    const kept = await ok('create --validate=ignore -o json -f -', boat('bea', { name: 'Bea', sails: 1 }))
    assert.deepEqual((JSON.parse(kept) as { spec: object }).spec, { name: 'Bea', masts: 2 })
  })

  it('changes its schema, and below /at/ is what it was', async () => {
    then = cluster.sequence()
    await ok('replace -f -', definition({ sails: { type: 'integer', description: 'Of cloth.' } }))
    await ok('create -f -', boat('cat', { name: 'Cat', sails: 3 }))
    await ok(
      'replace -f -',
      definition({ masts: { type: 'integer', default: 1 }, flag: { type: 'string', default: 'red' } }),
    )
    const shown = JSON.parse(await ok('get boat cat -o json')) as { spec: object }
    assert.deepEqual(shown.spec, { name: 'Cat', masts: 2, flag: 'red' }, 'as the schema of now has it')
    await ok('replace -f -', definition({ sails: { type: 'integer', description: 'Of cloth.' } }))
    assert.match(await ok('explain boats.spec.sails'), /Of cloth/)
    const server = `${cluster.url}/at/${then}`
    const past = await kubectl('get boats -o name', undefined, server)
    assert.deepEqual([past.stderr, past.stdout], ['', 'boat.example.com/ann\nboat.example.com/bea\n'])
    assert.equal((await kubectl('explain boats.spec.sails', undefined, server)).code, 1)
    assert.match((await kubectl('explain boats.spec.masts', undefined, server)).stdout, /masts/)
    const start = await kubectl('get boats', undefined, `${cluster.url}/at/20`)
    assert.match(start.stderr, /the server doesn't have a resource type "boats"/)
  })

  it('is garbage collected by its owner', async () => {
    const uid = await ok('get boat ann -o jsonpath={.metadata.uid}')
    const ownerReferences = [{ apiVersion: 'example.com/v1', kind: 'Boat', name: 'ann', uid }]
    await ok('create -f -', boat('dinghy', { name: 'Dinghy' }, { ownerReferences }))
    await ok('create -f -', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'log', namespace: 'default', ownerReferences },
    })
    await ok('delete boat ann')
    await ok('wait --for=delete boat/dinghy configmap/log --timeout=10s')
  })

  it('goes with its namespace', async () => {
    await ok('create namespace port')
    await ok('create -f -', { ...boat('eel', { name: 'Eel' }, { namespace: 'port' }) })
    await ok('delete namespace port --timeout=10s')
  })

  it('is gone with its objects when its definition is deleted, and can be looked at in the past', async () => {
    then = cluster.sequence()
    await ok('delete crd boats.example.com --timeout=10s')
    assert.doesNotMatch(await ok('get --raw /apis'), /example\.com/)
    assert.equal((await cluster.admin.ask('/apis/example.com/v1/namespaces/default/boats')).status, 404)
    const past = await cluster.admin.ask(`/at/${then}/apis/example.com/v1/namespaces/default/boats`)
    assert.deepEqual(past.names, ['bea', 'cat'])
    await ok('create -f -', definition())
    await ok('wait --for condition=established --timeout=10s crd/boats.example.com')
    assert.equal(await ok('get boats -o name'), '')
  })
})
