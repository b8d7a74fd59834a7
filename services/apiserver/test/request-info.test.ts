import assert from 'node:assert/strict'
import { atOnce } from '@periplus/prelude'
import { resolveRequestInfo } from '../src/request/request-info.ts'

const resolve = (method: string, target: string) => {
  const [path = '', query = ''] = target.split('?')
  return atOnce(resolveRequestInfo(method, path, new URLSearchParams(query)))
}

describe('request info', () => {
  // verb, group, version, namespace, resource, subresource, name: as in Kubernetes' own table of cases
  const cases: readonly [string, string, readonly string[]][] = [
    ['GET', '/api/v1/namespaces', ['list', '', 'v1', '', 'namespaces', '', '']],
    ['GET', '/api/v1/namespaces/other', ['get', '', 'v1', 'other', 'namespaces', '', 'other']],
    ['GET', '/api/v1/namespaces/other/pods', ['list', '', 'v1', 'other', 'pods', '', '']],
    ['GET', '/api/v1/namespaces/other/pods/foo', ['get', '', 'v1', 'other', 'pods', '', 'foo']],
    ['HEAD', '/api/v1/namespaces/other/pods/foo', ['get', '', 'v1', 'other', 'pods', '', 'foo']],
    ['GET', '/api/v1/pods', ['list', '', 'v1', '', 'pods', '', '']],
    ['GET', '/api/v1/pods?watch=true', ['watch', '', 'v1', '', 'pods', '', '']],
    ['GET', '/api/v1/pods?watch=false', ['list', '', 'v1', '', 'pods', '', '']],
    ['GET', '/api/v1/watch/pods', ['watch', '', 'v1', '', 'pods', '', '']],
    ['GET', '/api/v1/watch/namespaces/other/pods/foo', ['watch', '', 'v1', 'other', 'pods', '', 'foo']],
    ['GET', '/api/v1/watch/namespaces', ['watch', '', 'v1', '', 'namespaces', '', '']],
    [
      'GET',
      '/api/v1/namespaces/other/pods?fieldSelector=metadata.name%3Dfoo',
      ['list', '', 'v1', 'other', 'pods', '', 'foo'],
    ],
    ['PUT', '/api/v1/namespaces/other/finalize', ['update', '', 'v1', 'other', 'namespaces', 'finalize', 'other']],
    ['PUT', '/api/v1/namespaces/other/status', ['update', '', 'v1', 'other', 'namespaces', 'status', 'other']],
    [
      'PATCH',
      '/apis/apps/v1/namespaces/a/deployments/d/scale',
      ['patch', 'apps', 'v1', 'a', 'deployments', 'scale', 'd'],
    ],
    [
      'DELETE',
      '/apis/apps/v1/namespaces/a/deployments',
      ['deletecollection', 'apps', 'v1', 'a', 'deployments', '', ''],
    ],
    ['DELETE', '/apis/apps/v1/namespaces/a/deployments/d', ['delete', 'apps', 'v1', 'a', 'deployments', '', 'd']],
    ['POST', '/apis/apps/v1/namespaces/a/deployments', ['create', 'apps', 'v1', 'a', 'deployments', '', '']],
    ['GET', '/api/v1/namespaces/a/pods/x%2Fy', ['get', '', 'v1', 'a', 'pods', '', 'x/y']],
  ]
  for (const [method, target, expected] of cases)
    it(`${method} ${target}`, () => {
      const info = resolve(method, target)
      assert.equal(info.tag, 'Resource')
      if (info.tag !== 'Resource') return
      const { verb, group, version, namespace, resource, subresource, name } = info
      assert.deepEqual([verb, group, version, namespace, resource, subresource, name], expected)
    })

  for (const path of [
    '/',
    '/api',
    '/apis',
    '/api/v1',
    '/apis/apps/v1',
    '/version',
    '/openapi/v2',
    '/healthz',
    '/foo/bar',
  ])
    it(`${path} is no resource`, () =>
      assert.deepEqual(resolve('GET', path), { tag: 'NonResource', verb: 'get', path }))

  it('is read in steps, however long the selector of one who is not known yet', () => {
    const fieldSelector = Array.from({ length: 20_000 }, (_, at) => `metadata.name!=x${at}`).join()
    const steps = resolveRequestInfo('GET', '/api/v1/pods', new URLSearchParams({ fieldSelector }))
    let rests = 0
    while (!steps.next().done) rests++
    assert.ok(rests >= Math.floor(20_000 / 128), `${rests} rests`)
  })
})
