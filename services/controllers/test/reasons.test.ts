import assert from 'node:assert/strict'
import { deciding } from '@periplus/controller'
import { endpointReasons, endpointSliceController, serviceOf } from '../src/index.ts'
import { node } from './objects.ts'
import { answering, endpoint, service, slice } from './services.ts'

const given = deciding(endpointSliceController)

describe('why something answers for a service, or does not', () => {
  it('is told of each pod that it selects, and of those that it nearly does', () => {
    const named = { ports: [{ name: 'http', port: 80, protocol: 'TCP', targetPort: 'web' }] }
    const { cut } = given(
      service(named),
      node('node-a'),
      answering('a', '10.0.0.1'),
      answering('b', '10.0.0.2', { ready: false }),
      answering('c', '10.0.0.3', { deleting: true }),
      answering('d', ''),
      answering('e', '10.0.0.5', { phase: 'Failed' }),
      answering('f', '10.0.0.6', { node: 'gone' }),
      answering('g', '10.0.0.7', { labels: { app: 'api' } }),
      answering('h', '10.0.0.8', { labels: { other: 'x' } }),
    )
    const reasons = endpointReasons(cut, service(named))
    assert.deepEqual(
      reasons.map(({ endpoint: of, state, why }) => [of, state, why]),
      [
        ['a', 'in', 'it is selected and ready; it has no port named web'],
        ['b', 'not ready', 'it is not ready; it has no port named web'],
        ['c', 'not ready', 'it is being deleted; it has no port named web'],
        ['d', 'out', 'it has no address yet'],
        ['e', 'out', 'it has ended (Failed)'],
        ['f', 'out', 'its node gone is not there'],
        ['g', 'out', 'it is not selected: its label app is "api", not "web"'],
      ],
    )
  })

  it('is told of what somebody wrote by hand, and found from a slice too', () => {
    const selectorless = service({ selector: {} })
    const made = slice('web-1', [endpoint('a', '10.0.0.1')])
    const { cut } = given(selectorless, made)
    assert.deepEqual(endpointReasons(cut, selectorless), [
      { endpoint: '10.0.0.1', state: 'in', why: 'the service selects no pods, and slice web-1 says so' },
    ])
    assert.equal(serviceOf(cut, made)?.metadata.name, 'web')
    assert.equal(serviceOf(cut, node('node-a')), undefined)
  })
})
