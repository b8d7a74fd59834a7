import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bootstrap } from '@periplus/apiserver'
import { builtInAdmission, createCommands } from '@periplus/commands'
import { kindsAt } from '@periplus/custom'
import { ConfigMap } from '@periplus/kinds'
import { memoryEventLog } from '@periplus/log'
import { startLiveCut } from '@periplus/projection'
import { readSettings } from '@periplus/service'
import { selfSigned } from '@periplus/webhooks/contract'
import { settings } from '../../src/home/settings.ts'
import { frontProxiesOf } from '../../src/roles/front-proxies.ts'
import { right } from './events.ts'

describe("an operator's front proxies", () => {
  let directory: string
  let path: string
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'pp-proxies-'))
    path = join(directory, 'ca.pem')
  })
  afterEach(() => rmSync(directory, { recursive: true }))

  const proxies = (more: Readonly<Record<string, string>> = {}) =>
    frontProxiesOf(right(readSettings(settings, { PERIPLUS_REQUESTHEADER_CLIENT_CA: path, ...more })))

  it('are believed in the headers that Kubernetes has for them, or in others', async () => {
    const { cert, key } = await selfSigned([])
    writeFileSync(path, `some words\n${cert}\n${key}`)
    const found = proxies({
      PERIPLUS_REQUESTHEADER_ALLOWED_NAMES: 'one, two',
      PERIPLUS_REQUESTHEADER_GROUP_HEADERS: 'X-Group, X-Remote-Group',
    })
    assert.deepEqual(found, {
      authorities: `${cert.trim()}\n`,
      allowedNames: ['one', 'two'],
      usernameHeaders: ['X-Remote-User'],
      uidHeaders: ['X-Remote-Uid'],
      groupHeaders: ['X-Group', 'X-Remote-Group'],
      extraHeaderPrefixes: ['X-Remote-Extra-'],
    })
    assert.equal(frontProxiesOf(right(readSettings(settings, {}))), undefined)
  })

  it('are refused where nobody certifies them', async () => {
    for (const text of ['', 'nothing', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n']) {
      writeFileSync(path, text)
      assert.throws(() => proxies(), { message: `${path}: data does not contain any valid RSA or ECDSA certificates` })
    }
    rmSync(path)
    assert.throws(() => proxies(), /ca\.pem cannot be read: ENOENT/)
    const wrong = readSettings(settings, { PERIPLUS_REQUESTHEADER_UID_HEADERS: 'X-Uid,b c' })
    assert.deepEqual(wrong, {
      _tag: 'Left',
      left: ['PERIPLUS_REQUESTHEADER_UID_HEADERS=X-Uid,b c: "b c" is no name of a header'],
    })
  })

  it('are told to the servers of APIServices beside this one', async () => {
    const { cert } = await selfSigned([])
    writeFileSync(path, cert)
    const told = async (names: string): Promise<Readonly<Record<string, string>>> => {
      const log = memoryEventLog()
      const running = await startLiveCut({ log })
      const { cut } = running
      const others = proxies({
        PERIPLUS_REQUESTHEADER_ALLOWED_NAMES: names,
        PERIPLUS_REQUESTHEADER_USERNAME_HEADERS: 'X-User,X-Remote-User',
      })
      right(
        await bootstrap(
          {
            ...{ serviceIp: '10.96.0.1', serviceCidr: '10.96.0.0/16', port: 6443 },
            authorities: { clients: 'clients\n', frontProxy: 'own\n', ...(others ? { others } : {}) },
          },
          { cut, commands: createCommands({ cut, log, kindsAt, admission: builtInAdmission }) },
        ),
      )
      await cut.reached(log.slice(1).length)
      const found = cut.list(ConfigMap).find(({ metadata }) => metadata.name === 'extension-apiserver-authentication')
      await running.close()
      return found?.data ?? {}
    }
    const data = await told('one')
    assert.equal(data['requestheader-client-ca-file'], `own\n${cert.trim()}\n`)
    assert.equal(data['client-ca-file'], 'clients\n')
    assert.equal(data['requestheader-allowed-names'], '["front-proxy-client","one"]')
    assert.equal(data['requestheader-username-headers'], '["X-Remote-User","X-User"]')
    assert.equal((await told(''))['requestheader-allowed-names'], '[]', 'any')
  })
})
