import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect as connectTcp } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import type { TLSSocket } from 'node:tls'
import { bootstrap, createSecurity, ensurePki, newClientRequest, signingOf, start } from '@periplus/apiserver'
import type { Pki, RunningApiServer } from '@periplus/apiserver'
import { builtInAdmission, createCommands } from '@periplus/commands'
import { runEffect } from '@periplus/controller'
import { kindsAt } from '@periplus/custom'
import { memoryEventLog } from '@periplus/log'
import { E, systemClock, virtualClock } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { startLiveCut } from '@periplus/projection'
import { logger, metrics, reloadNats, temporaryNats } from '@periplus/service'
import { kubeApi } from '../../src/home/kube-api.ts'
import type { ApiAnswer, KubeApi } from '../../src/home/kube-api.ts'
import { keepCertificate, renewalTime } from '../../src/roles/keep-certificate.ts'
import { renewIssued } from '../../src/roles/renew-issued.ts'
import type { Issued } from '../../src/roles/renew-issued.ts'
import { requestCertificate } from '../../src/roles/request-certificate.ts'
import type { NodeIdentity } from '../../src/roles/request-certificate.ts'

const right = <A>(answer: Either<unknown, A>): A => {
  if (E.isLeft(answer)) throw new Error(JSON.stringify(answer.left))
  return answer.right
}
const minutes = 60_000
const hours = 60 * minutes
const days = 24 * hours
const endOf = (certificate: string): number => Date.parse(new X509Certificate(certificate).validTo)

describe('certificates that are about to end', function () {
  this.timeout(60_000)
  let home: string
  let pki: Pki
  let old: Pki['serving']
  let server: RunningApiServer
  const stops: (() => Promise<void>)[] = []

  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'periplus-certificates-'))
    // What was issued then ends in 25 days.
    const clock = virtualClock(Date.now() - 340 * days)
    pki = await ensurePki({ home, clock })
    old = await pki.peer('nats', 'nats', ['127.0.0.1'])
    clock.advance(340 * days)
    const log = memoryEventLog()
    const running = await startLiveCut({ log })
    const { cut } = running
    const commands = createCommands({ cut, log, kindsAt, admission: builtInAdmission })
    right(await bootstrap({ serviceIp: '10.96.0.1', serviceCidr: '10.96.0.0/16', port: 6443 }, { cut, commands }))
    const security = await createSecurity({ cut, clock: systemClock, tokenKey: pki.tokenKey })
    const onBug = (error: unknown): void => assert.fail(String(error))
    const signing = runEffect(signingOf({ commands, security, pki, clock: systemClock }), {
      ...{ cut, clock: systemClock, onBug },
    })
    server = await start({
      ...{ host: '127.0.0.1', port: 0, kindsAt, log, cut, commands, security, metrics: metrics() },
      tls: { ca: pki.ca, cert: pki.serving.certificate, key: pki.serving.key },
      logger: logger('apiserver', { write: line => assert.fail(line) }),
    })
    stops.push(
      signing.stop,
      () => server.stop(),
      () => running.close(),
    )
  })
  after(async () => {
    for (const stop of stops) await stop()
    await rm(home, { recursive: true })
  })

  it('of nodes are renewed when 70 to 90 % of their time are over', () => {
    const [validFrom, validTo] = [new Date(1_000 * days).toUTCString(), new Date(1_100 * days).toUTCString()]
    const at = (share: number): number => renewalTime({ validFrom, validTo }, share) / days
    assert.deepEqual([0, 0.5, 1].map(at), [1_070, 1_080, 1_090])
  })

  describe('of a node', () => {
    let identity: NodeIdentity
    let api: KubeApi
    const underWay: Promise<ApiAnswer>[] = []
    /** By which certificate the server knows who asks. */
    const shown = async (): Promise<string> => {
      const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }
      const { status, body } = await api.post('/apis/authentication.k8s.io/v1/selfsubjectreviews', review)
      assert.equal(status, 201, JSON.stringify(body))
      const { userInfo } = (body as { status: { userInfo: { username: string; extra: Record<string, string[]> } } })
        .status
      assert.equal(userInfo.username, 'system:node:two')
      return userInfo.extra['authentication.kubernetes.io/credential-id']?.join() ?? ''
    }
    const fingerprint = ({ certificate }: NodeIdentity): string =>
      `X509SHA256=${new X509Certificate(certificate).fingerprint256.replaceAll(':', '').toLowerCase()}`
    /** Looks after it; each look at it that did something is an answer. */
    const keep = (request: () => Promise<NodeIdentity>, clock = virtualClock(Date.now())) => {
      const tried: (string | undefined)[] = []
      let tell = (): void => undefined
      const keeping = keepCertificate({
        ...{ present: () => identity.certificate, request, clock, random: () => 0.5 },
        take: async next => {
          underWay.push(api.get('/apis/certificates.k8s.io/v1/certificatesigningrequests'))
          identity = next
          api.become({ cert: next.certificate, key: next.key })
        },
        onTried: why => {
          tried.push(why)
          tell()
        },
      })
      const next = (milliseconds: number): Promise<void> => {
        const told = new Promise<void>(resolve => (tell = resolve))
        clock.advance(milliseconds)
        return told
      }
      return { tried, next, clock, stop: keeping.stop }
    }

    beforeEach(async () => {
      const { request, key } = await newClientRequest('system:node:two', ['system:nodes'])
      const wanted = { usages: ['digital signature', 'client auth'], expirationSeconds: 600 }
      identity = { certificate: right(await pki.sign(request, wanted)), key }
      api = kubeApi({ server: server.url, ca: pki.ca, cert: identity.certificate, key })
    })
    afterEach(() => api.close())

    it('gives way to one that the cluster signs, under which the node asks from then on', async () => {
      const short = identity
      assert.equal(await shown(), fingerprint(short))
      const keeping = keep(() => requestCertificate(api, 'two'))
      await keeping.next(10 * minutes)
      assert.deepEqual(keeping.tried, [undefined])
      assert.notEqual(identity.key, short.key)
      assert.ok(endOf(identity.certificate) > Date.now() + 360 * days)
      assert.equal(await shown(), fingerprint(identity))
      assert.deepEqual(
        (await Promise.all(underWay)).map(({ status }) => status),
        [200],
        'what was under way ends well',
      )
      const renewed = identity
      keeping.clock.advance(250 * days)
      await keeping.stop()
      assert.deepEqual([keeping.tried, identity], [[undefined], renewed], 'it is not due for most of a year')
    })

    it('stays where there is no other one, and is asked for again', async () => {
      const short = identity
      let answers = false
      const keeping = keep(() => (answers ? requestCertificate(api, 'two') : Promise.reject(new Error('not now'))))
      await keeping.next(10 * minutes)
      assert.deepEqual([keeping.tried, identity], [['not now'], short])
      assert.equal(await shown(), fingerprint(short))
      answers = true
      await keeping.next(10 * minutes)
      assert.deepEqual(keeping.tried, ['not now', undefined])
      assert.equal(await shown(), fingerprint(identity))
      await keeping.stop()
    })

    it('is signed for no other node', async () => {
      const other = {
        usages: ['digital signature', 'client auth'],
        signerName: 'kubernetes.io/kube-apiserver-client-kubelet',
      }
      const { request } = await newClientRequest('system:node:three', ['system:nodes'])
      const { status } = await api.post('/apis/certificates.k8s.io/v1/certificatesigningrequests', {
        ...{ apiVersion: 'certificates.k8s.io/v1', kind: 'CertificateSigningRequest', metadata: { name: 'other' } },
        spec: { ...other, request: Buffer.from(request).toString('base64') },
      })
      // It may be asked for, and waits for a person.
      if (status === 201) {
        await requestCertificate(api, 'two')
        const { body } = await api.get('/apis/certificates.k8s.io/v1/certificatesigningrequests/other')
        assert.equal((body as { status?: { certificate?: string } }).status?.certificate, undefined)
      } else assert.equal(status, 403)
    })
  })

  it('of a control plane are issued anew once an hour, and its servers show them, with those clients that are there', async () => {
    const issuedNow = async (): Promise<Issued> => {
      const { serving, admin, frontProxy, peer } = await ensurePki({ home, clock: systemClock })
      return { serving, admin, frontProxy: frontProxy.client, peer: await peer('nats', 'nats', ['127.0.0.1']) }
    }
    const nats = await temporaryNats({ certificate: join(home, 'pki/nats.pem') })
    stops.push(nats.dispose)
    const endShownBy = async (socket: TLSSocket): Promise<number> => {
      await once(socket, 'secureConnect')
      const { valid_to } = socket.getPeerCertificate()
      socket.destroy()
      return Date.parse(valid_to)
    }
    const shownByApi = () => endShownBy(connect({ host: '127.0.0.1', port: server.port, ca: pki.ca }))
    const shownByNats = async () => {
      const socket = connectTcp(nats.server.port, '127.0.0.1')
      await once(socket, 'data')
      return endShownBy(connect({ socket, ca: pki.ca, host: '127.0.0.1' }))
    }
    assert.deepEqual(
      [await shownByApi(), await shownByNats()],
      [pki.serving, old].map(({ certificate }) => endOf(certificate)),
    )
    const client = kubeApi({ server: server.url, ca: pki.ca, cert: pki.admin.certificate, key: pki.admin.key })
    const clock = virtualClock(Date.now())
    const begun = { serving: pki.serving, admin: pki.admin, frontProxy: pki.frontProxy.client, peer: old }
    let looks = 0
    const shown = new Promise<Issued>(resolve => {
      const renewing = renewIssued(
        {
          issue: async () => {
            looks++
            return issuedNow()
          },
          show: async issued => {
            server.renew({ ca: pki.ca, cert: issued.serving.certificate, key: issued.serving.key })
            reloadNats(nats.directory)
            resolve(issued)
          },
          clock,
          onFailed: why => assert.fail(why),
        },
        begun,
      )
      stops.push(renewing.stop)
    })
    clock.advance(hours)
    const issued = await shown
    assert.ok(Object.values(issued).every(({ certificate }) => endOf(certificate) > Date.now() + 360 * days))
    assert.equal(await shownByApi(), endOf(issued.serving.certificate))
    // It reads its configuration a moment after it was told to.
    while ((await shownByNats()) !== endOf(issued.peer?.certificate ?? ''));
    assert.equal((await client.get('/api/v1/namespaces')).status, 200)
    client.close()
    const again = await issuedNow()
    assert.deepEqual(again, issued, 'nothing of it is due again')
    assert.equal(looks, 1)
  })
})
