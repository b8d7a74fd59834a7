import assert from 'node:assert/strict'
import { request } from 'node:http'
import { request as secureRequest } from 'node:https'
import { join } from 'node:path'
import { tmpdir } from 'node:os'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { selfSigned } from '@periplus/webhooks/contract'
import { removeCluster, root, testCluster } from './cluster.ts'

const ingress = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'shop' },
  spec: {
    ingressClassName: 'periplus',
    tls: [{ hosts: ['shop.example'], secretName: 'shop' }],
    rules: [
      {
        host: 'shop.example',
        http: {
          paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { name: 'http' } } } }],
        },
      },
    ],
  },
}

describe('an Ingress', function () {
  this.timeout(180_000)
  const cluster = testCluster()
  const { ok, periplus } = cluster
  let address = ''

  /** Over TLS where an authority is given. */
  const ask = (host: string, ca?: string): Promise<string> =>
    new Promise(resolve => {
      const options = { host: address, headers: { host }, agent: false as const }
      const sent = ca
        ? secureRequest({ ...options, port: 443, servername: host, ca })
        : request({ ...options, port: 80 })
      sent.on('response', response => {
        let text = `${response.statusCode} `
        response.on('data', chunk => (text += String(chunk)))
        response.on('error', error => resolve(error.message))
        response.on('end', () => resolve(text.trim()))
      })
      sent.on('error', error => resolve('code' in error ? String(error.code) : error.message))
      sent.end()
    })

  before(async () => {
    const { code, stdout, stderr } = await periplus('up')
    assert.equal(code, 0, stderr + stdout)
    await ok(['create', '-f', join(root, 'test/fixtures/web-service.yaml')])
    await ok('rollout status deployment/web --timeout=90s')
  })
  after(() => removeCluster(cluster))

  it('of our class starts what serves it, and shows where it is reached', async () => {
    assert.equal(cluster.processes()['ingress'], undefined)
    assert.match(await ok('get ingressclass'), /periplus +periplus\.io\/ingress/)
    const made = await cluster.kubectl('create -f -', JSON.stringify(ingress))
    assert.deepEqual([made.code, made.stderr], [0, ''])
    await ok('wait --for=jsonpath={.status.loadBalancer.ingress[0].ip} ingress/shop --timeout=60s')
    address = await ok('get ingress shop -o jsonpath={.status.loadBalancer.ingress[0].ip}')
    assert.match(await ok('get ingress shop'), new RegExp(`shop +periplus +shop\\.example +${address} +80, 443`))
    assert.match(await ask('shop.example'), /^200 web-/)
    assert.match(await ask('else.example'), /^404 /)
    assert.match(await ok('describe ingress shop'), /Warning +NoCertificate .*secret "shop" has no certificate to show/)
  })

  it('shows the certificate of its Secret', async () => {
    const { cert, key } = await selfSigned(['shop.example'])
    const directory = mkdtempSync(join(tmpdir(), 'pp-ingress-'))
    try {
      for (const [name, text] of Object.entries({ cert, key })) writeFileSync(join(directory, name), text)
      await ok(`create secret tls shop --cert=${join(directory, 'cert')} --key=${join(directory, 'key')}`)
    } finally {
      rmSync(directory, { recursive: true })
    }
    while (!(await ask('shop.example', cert)).startsWith('200 web-'))
      await new Promise(resolve => setTimeout(resolve, 50))
  })

  it('fails nobody while its pods are replaced, and comes back when what serves it is killed', async () => {
    const answers: string[] = []
    let asking = true
    const load = async (): Promise<void> => {
      while (asking) answers.push(await ask('shop.example'))
    }
    const clients = Promise.all([load(), load(), load()])
    await ok('rollout restart deployment/web')
    await ok('rollout status deployment/web --timeout=90s')
    asking = false
    await clients
    assert.ok(answers.length > 100)
    assert.deepEqual(
      answers.filter(answer => !answer.startsWith('200 web-')),
      [],
    )
    process.kill(cluster.processes()['ingress'] ?? NaN, 'SIGKILL')
    while (!(await ask('shop.example')).startsWith('200 ')) await new Promise(resolve => setTimeout(resolve, 50))
  })
})
