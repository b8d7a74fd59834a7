import assert from 'node:assert/strict'
import { E } from '@periplus/prelude'
import { choice, ipv4Network, port, readSettings, text, url, wholeNumber } from '../src/index.ts'

const table = {
  home: text('PERIPLUS_HOME', 'where state lives', '.periplus'),
  port: port('PERIPLUS_PORT', 'port of the API server', 6443),
  images: choice('PERIPLUS_IMAGES', 'where images come from', ['auto', 'registry'], 'auto'),
  nats: url('PERIPLUS_NATS_URL', 'a NATS of your own', 'a local one', ['nats:', 'tls:']),
}

describe('settings', () => {
  it('fall back where nothing is set', () =>
    assert.deepEqual(
      readSettings(table, { PATH: '/bin', PERIPLUS_HOME: '' }),
      E.right({ home: '.periplus', port: 6443, images: 'auto', nats: undefined }),
    ))

  it('name every bad value and every misspelt variable at once', () =>
    assert.deepEqual(
      readSettings(table, {
        PERIPLUS_PORT: '70000',
        PERIPLUS_IMAGES: 'none',
        PERIPLUS_NATS_URL: 'localhost:4222',
        PERIPLUS_PROT: '1',
      }),
      E.left([
        'PERIPLUS_PORT=70000: must be a port, 1 to 65535',
        'PERIPLUS_IMAGES=none: must be one of auto, registry',
        'PERIPLUS_NATS_URL=localhost:4222: must be a URL that begins with nats:// or tls://',
        'PERIPLUS_PROT: no such setting; the README lists them',
      ]),
    ))

  it('keep a number within its bounds', () => {
    const { parse } = wholeNumber('PERIPLUS_FILES', 'how many', { least: 2, most: 100 }, 5)
    assert.deepEqual(parse(undefined), E.right(5))
    assert.deepEqual(parse('100'), E.right(100))
    for (const bad of ['1', '101', '1e1', '-5', '5.5', ''])
      assert.deepEqual(parse(bad), E.left('must be a whole number, 2 to 100'))
  })

  it('tell a network from anything else', () => {
    const { parse } = ipv4Network('PERIPLUS_CIDR', 'addresses', 'chosen')
    assert.deepEqual(parse('10.1.2.0/24'), E.right('10.1.2.0/24'))
    assert.deepEqual(parse('10.1.2.3/24'), E.left('must be the network, not an address in it'))
    for (const bad of ['10.1.2.0', '10.1.2.0/33', '10.1.2.256/24', '10.0.0.0/7', 'fd00::/64', 'pods'])
      assert.deepEqual(parse(bad), E.left('must be an IPv4 network from /8 to /29, such as 10.1.2.0/24'), bad)
  })
})
