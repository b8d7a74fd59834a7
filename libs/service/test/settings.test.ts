import assert from 'node:assert/strict'
import { E } from '@periplus/prelude'
import { choice, port, readSettings, text, url } from '../src/index.ts'

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
})
