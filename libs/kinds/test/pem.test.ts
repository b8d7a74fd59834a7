import assert from 'node:assert/strict'
import { CertificateSigningRequest, Secret } from '@periplus/kinds'

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const certificate = '-----BEGIN CERTIFICATE-----\nYQ==\n-----END CERTIFICATE-----\n'
const key = '-----BEGIN PRIVATE KEY-----\r\nYQ==\r\n-----END PRIVATE KEY-----\r\n'

describe('PEM texts', () => {
  const faults = (text: string): readonly string[] => {
    const request = (status: object) =>
      ({
        metadata: { name: 'x' },
        spec: { request: '', signerName: 'a/b' },
        status,
      }) as unknown as CertificateSigningRequest
    const told = CertificateSigningRequest.validateStatusUpdate?.(request({ certificate: base64(text) }), request({}))
    return (told ?? []).map(({ message }) => message.replace(/^.*data>": /, ''))
  }
  const warnings = (tlsCertificate: string, tlsKey: string): readonly string[] => {
    const data = { 'tls.crt': base64(tlsCertificate), 'tls.key': base64(tlsKey) }
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x' }, type: 'kubernetes.io/tls', data }
    return Secret.warnings?.(secret as unknown as Secret, undefined) ?? []
  }

  it('are read block by block, whatever stands between them', () => {
    assert.deepEqual(faults(`words\n${certificate}more\n${certificate}`), [])
    assert.deepEqual(faults(certificate.replaceAll('\n', '\r\n')), [])
    assert.deepEqual(faults(`${certificate}${key}`), ['only CERTIFICATE PEM blocks are allowed, found "PRIVATE KEY"'])
    assert.deepEqual(faults(certificate.replace('YQ==', 'A: b\n\nYQ==')), ['no PEM block headers are permitted'])
    assert.deepEqual(faults(certificate.replace('-----END C', '-----END D')), [
      'must contain at least one CERTIFICATE PEM block',
    ])
    assert.deepEqual(warnings(certificate, key), [])
    assert.match(warnings(key, key)[0] ?? '', /switched/)
  })

  // Each of these took half a minute and more while an end was looked for from each beginning.
  it('are looked through once, however many blocks begin in them', () => {
    const many = '-----BEGIN CERTIFICATE-----\n'.repeat(40_000)
    const inOneLine = '-----BEGIN '.repeat(100_000)
    for (const text of [many, inOneLine]) {
      assert.deepEqual(faults(text), ['must contain at least one CERTIFICATE PEM block'])
      assert.deepEqual(warnings(text, key), ['tls: failed to find any PEM data in certificate input'])
    }
  })
})
