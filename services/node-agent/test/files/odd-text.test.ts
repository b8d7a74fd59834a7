import assert from 'node:assert/strict'
import type { Pod } from '@periplus/kinds'
import { oddText } from '../../src/files/odd-text.ts'

const said = (spec: Partial<NonNullable<Pod['spec']>>): string | undefined =>
  oddText({ spec: { containers: [], ...spec } })

describe('text of a pod for /etc/hosts and resolv.conf', () => {
  it('may be what the API takes', () => {
    assert.equal(said({}), undefined)
    assert.equal(
      said({ hostname: 'web', subdomain: 'db', hostAliases: [{ ip: 'fe80::1', hostnames: ['a.b', 'c'] }] }),
      undefined,
    )
    const options = [{ name: 'ndots', value: '2' }, { name: 'edns0' }, { name: 'empty', value: '' }]
    assert.equal(said({ dnsConfig: { nameservers: ['1.1.1.1'], searches: ['.', 'a.b_c'], options } }), undefined)
  })
  it('cannot begin a line, a word or a comment of its own', () => {
    for (const odd of ['a\n10.0.0.1 bank.example', 'a b', 'a\tb', 'a#', ';a', '', 'a\r', 'a\0b', 'é']) {
      assert.ok(said({ hostAliases: [{ ip: '10.0.0.1', hostnames: ['fine', odd] }] }), JSON.stringify(odd))
      assert.ok(said({ dnsConfig: { searches: [odd] } }), JSON.stringify(odd))
      if (odd === '') continue
      assert.ok(said({ hostname: odd }), JSON.stringify(odd))
      assert.ok(said({ subdomain: odd }), JSON.stringify(odd))
      assert.ok(said({ dnsConfig: { options: [{ name: odd }] } }), JSON.stringify(odd))
      assert.ok(said({ dnsConfig: { options: [{ name: 'n', value: odd }] } }), JSON.stringify(odd))
    }
    for (const odd of ['10.0.0.1\n10.0.0.2', '10.0.0', 'name', '', '10.0.0.1 a', '1.1.1.1/24']) {
      assert.ok(said({ hostAliases: [{ ip: odd }] }), JSON.stringify(odd))
      assert.ok(said({ dnsConfig: { nameservers: [odd] } }), JSON.stringify(odd))
    }
  })
})
