import { formatTime } from '@periplus/api'
import type { KubernetesObject } from '@periplus/api'
import { anHourLater, deciding } from '@periplus/controller'
import { CertificateSigningRequest } from '@periplus/kinds'
import { csrCleaner } from '../src/index.ts'

const second = 1_000
const hour = 3_600 * second
const at = (milliseconds: number): string => formatTime(anHourLater + milliseconds)

const request = (status: object, created = at(-hour)): KubernetesObject =>
  ({
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'CertificateSigningRequest',
    metadata: { name: 'one', creationTimestamp: created },
    spec: { request: 'eA==', signerName: 'example.com/signer', usages: ['client auth'] },
    status,
  }) as KubernetesObject
const said = (type: string, time: string) => ({
  conditions: [{ type, status: 'True', reason: 'Test', message: '', lastUpdateTime: time }],
})
const deletion = { verb: 'delete', kind: CertificateSigningRequest } as const

describe('the cleaner of certificate signing requests', () => {
  const given = deciding(csrCleaner)

  it('deletes what nobody has answered for a day', () => {
    given(request({}, at(-23 * hour)))
      .when('one')
      .then()
      .requeuesAfter(hour)
    given(request({}, at(-24 * hour)))
      .when('one')
      .then(deletion)
      .why('nobody has answered it for a day')
  })

  it('deletes what has been denied, has failed, or has been signed for an hour', () => {
    for (const type of ['Denied', 'Failed']) {
      given(request(said(type, at(-hour + second))))
        .when('one')
        .then()
        .requeuesAfter(second)
      given(request(said(type, at(-hour))))
        .when('one')
        .then(deletion)
    }
    given(request({ ...said('Approved', at(-hour)), certificate: 'eA==' }))
      .when('one')
      .then(deletion)
      .why('it is signed for an hour')
  })

  it('leaves what is approved to its signer', () => {
    given(request(said('Approved', at(-48 * hour))))
      .when('one')
      .then()
    given().when('one').then()
  })
})
