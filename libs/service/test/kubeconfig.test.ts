import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { E } from '@periplus/prelude'
import { kubeconfigPath, readKubeconfig } from '../src/index.ts'
import type { ServerAccess } from '../src/index.ts'

const base64 = (text: string): string => Buffer.from(text).toString('base64')

describe('a kubeconfig', () => {
  let directory: string
  let path: string
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'pp-kubeconfig-'))
    path = join(directory, 'config')
  })
  afterEach(() => rmSync(directory, { recursive: true }))

  const written = (cluster: object, user: object, context: object = {}): void =>
    writeFileSync(
      path,
      stringify({
        'current-context': 'two',
        contexts: [
          { name: 'one', context: { cluster: 'other', user: 'other' } },
          { name: 'two', context: { cluster: 'here', user: 'me', ...context } },
        ],
        clusters: [
          { name: 'other', cluster: { server: 'https://other:1' } },
          { name: 'here', cluster },
        ],
        users: [{ name: 'me', user }],
      }),
    )

  const read = (): ServerAccess => {
    const access = readKubeconfig(path)
    assert.ok(E.isRight(access))
    return access.right
  }
  const refused = (): string => {
    const access = readKubeconfig(path)
    assert.ok(E.isLeft(access))
    return access.left
  }

  it('names a server and credentials by its current context, in itself or in files beside it', () => {
    written(
      { server: 'https://here:1/', 'certificate-authority-data': base64('authority'), 'tls-server-name': 'name' },
      { 'client-certificate': 'cert.pem', 'client-key-data': base64('key') },
    )
    writeFileSync(join(directory, 'cert.pem'), 'cert')
    assert.deepEqual(read(), {
      server: 'https://here:1',
      insecure: false,
      ...{ ca: 'authority', cert: 'cert', key: 'key', serverName: 'name' },
    })
  })

  it('names a namespace by its current context', () => {
    written({ server: 'https://here:1' }, {}, { namespace: 'shop' })
    assert.equal(read().namespace, 'shop')
    written({ server: 'https://here:1' }, {})
    assert.equal(read().namespace, undefined)
  })

  it('may have a token, in a file where both are named', () => {
    writeFileSync(join(directory, 'token'), 'from the file\n')
    written({ server: 'https://here:1', 'insecure-skip-tls-verify': true }, { token: 'its own' })
    assert.deepEqual(read(), { server: 'https://here:1', insecure: true, token: 'its own' })
    written({ server: 'https://here:1' }, { token: 'its own', tokenFile: join(directory, 'token') })
    assert.equal(read().token, 'from the file')
  })

  it('is refused in words that name it', () => {
    written({ server: 'https://here:1' }, { exec: { command: 'aws' } })
    assert.equal(refused(), `${path} has credentials of a kind that is not known here: exec`)
    written({}, {})
    assert.equal(refused(), `${path} names no server for its current context`)
    written({ server: 'https://here:1' }, { 'client-certificate': 'nowhere.pem' })
    assert.match(refused(), new RegExp(`^${path} cannot be read: `))
    writeFileSync(path, '{')
    assert.match(refused(), new RegExp(`^${path} cannot be read: `))
  })

  it('is the first there is of KUBECONFIG, else the cluster’s own', () => {
    written({ server: 'https://here:1' }, {})
    assert.equal(kubeconfigPath(`${directory}/none:${path}`, 'own'), path)
    assert.equal(kubeconfigPath(`${directory}/none`, path), undefined)
    assert.equal(kubeconfigPath(undefined, path), path)
    assert.equal(kubeconfigPath('', path), path)
  })
})
