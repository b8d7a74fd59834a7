import assert from 'node:assert/strict'
import {
  annotationErrors,
  isConfigMapKey,
  isDns1035Label,
  isDns1123Label,
  isDns1123Subdomain,
  isEnvVarName,
  isLabelValue,
  isPathSegment,
  isPortName,
  isQualifiedName,
  labelErrors,
  objectNameErrors,
} from '@periplus/api'

const pods = { group: '', resource: 'pods', namespaced: true }

describe('names', () => {
  it('of DNS: labels and subdomains, with the pattern in the message', () => {
    assert.deepEqual(isDns1123Label('web-1'), [])
    assert.deepEqual(isDns1123Label('Web'), [
      "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
    ])
    assert.deepEqual(isDns1123Label('a'.repeat(64)), ['must be no more than 63 characters'])
    assert.deepEqual(isDns1123Subdomain('a.b-c.d'), [])
    assert.deepEqual(isDns1123Subdomain('a..b'), [
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
    ])
    assert.equal(isDns1035Label('1a').length, 1)
    assert.equal(isDns1035Label('a1').length, 0)
  })

  it('of labels and their values', () => {
    for (const good of ['app', 'app.kubernetes.io/name', 'A_b.c-D', '9'])
      assert.deepEqual(isQualifiedName(good), [], good)
    assert.deepEqual(isQualifiedName('/x'), ['prefix part must be non-empty'])
    assert.equal(isQualifiedName('a/b/c').length, 1)
    assert.equal(isQualifiedName('').length, 2)
    assert.deepEqual(isLabelValue(''), [])
    assert.equal(isLabelValue('a b').length, 1)
  })

  it('of paths, ports, keys and variables', () => {
    assert.deepEqual(isPathSegment('system:node'), [])
    assert.deepEqual(isPathSegment('a/b%'), ["may not contain '/'", "may not contain '%'"])
    assert.deepEqual(isPathSegment('..'), ["may not be '..'"])
    assert.deepEqual(isPortName('http-1'), [])
    assert.deepEqual(isPortName('12'), ['must contain at least one letter (a-z)'])
    assert.deepEqual(isConfigMapKey('a.b_C-1'), [])
    assert.equal(isConfigMapKey('..x').length, 1)
    assert.deepEqual(isEnvVarName('A.b-c'), [])
    assert.equal(isEnvVarName('a=b').length, 1)
  })

  it('of objects, by their kind', () => {
    assert.deepEqual(objectNameErrors(pods, { name: 'a.b', namespace: 'default' }), [])
    assert.deepEqual(
      objectNameErrors(pods, { namespace: 'default' }).map(error => error.message),
      ['Required value: name or generateName is required'],
    )
    assert.equal(objectNameErrors({ ...pods, resource: 'services' }, { name: '1a', namespace: 'x' }).length, 1)
    assert.equal(objectNameErrors({ group: '', resource: 'namespaces', namespaced: false }, { name: 'a.b' }).length, 1)
    assert.deepEqual(
      objectNameErrors(
        { group: 'rbac.authorization.k8s.io', resource: 'clusterroles', namespaced: false },
        { name: 'system:node', namespace: 'x' },
      ).map(({ field, message }) => [field, message]),
      [['metadata.namespace', 'Forbidden: not allowed on this type']],
    )
    assert.deepEqual(objectNameErrors(pods, { name: 'web-x', generateName: 'web-', namespace: 'x' }), [])
  })

  it('of annotations, up to 256 KiB together', () => {
    assert.deepEqual(annotationErrors({ 'Example.com/A': 'anything at all' }, 'metadata.annotations'), [])
    assert.deepEqual(
      annotationErrors({ a: 'x'.repeat(262144) }, 'metadata.annotations').map(({ message }) => message),
      ['Too long: may not be more than 262144 bytes'],
    )
  })

  it('however long, cost little to turn down', () => {
    const long = `${'a-'.repeat(500_000)}!`
    assert.equal(isDns1123Subdomain(long).length, 2)
    assert.equal(isQualifiedName(long).length, 2)
  })

  it('tells of twenty thousand bad labels or annotations the first thousand errors', () => {
    const bad = Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`-${at}`, '-']))
    for (const errors of [labelErrors(bad, 'metadata.labels'), annotationErrors(bad, 'metadata.annotations')])
      assert.equal(errors.length, 1_000)
  })

  it('says of a label with dots what is wrong with it', () => {
    assert.deepEqual(isDns1123Label('a.b'), ['must not contain dots'])
    assert.deepEqual(isDns1123Label(`${'a'.repeat(60)}.bcd`), [
      'must be no more than 63 characters',
      'must not contain dots',
    ])
    assert.match(isDns1123Label('a..b')[0] ?? '', /^a lowercase RFC 1123 label must consist of/)
  })
})
