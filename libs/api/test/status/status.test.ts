import assert from 'node:assert/strict'
import { fieldError, internalError, statusOf } from '@periplus/api'
import {
  alreadyExists,
  expiredContinue,
  goQuote,
  invalidObject,
  modifiedConflict,
  notAcceptable,
  objectNotFound,
  tooOldVersion,
  unknownResource,
  unsupportedMediaType,
} from '@periplus/api'
import type { Refusal } from '@periplus/api'

const deployments = { group: 'apps', resource: 'deployments', kind: 'Deployment' }
const pods = { group: '', resource: 'pods', kind: 'Pod' }
const seen = (refusal: Refusal): readonly unknown[] => {
  const { code, reason, message, details } = statusOf(refusal)
  return [code, reason, message, details]
}

describe('the Status that a refusal becomes', () => {
  const cases: readonly (readonly [string, Refusal, ...unknown[]])[] = [
    [
      'not found',
      objectNotFound(deployments, 'web'),
      404,
      'NotFound',
      'deployments.apps "web" not found',
      { name: 'web', group: 'apps', kind: 'deployments' },
    ],
    [
      'already exists',
      alreadyExists(pods, 'x'),
      409,
      'AlreadyExists',
      'pods "x" already exists',
      { name: 'x', kind: 'pods' },
    ],
    [
      'a conflict',
      modifiedConflict(deployments, 'web'),
      409,
      'Conflict',
      'Operation cannot be fulfilled on deployments.apps "web": the object has been modified; please apply your changes to the latest version and try again',
      { name: 'web', group: 'apps', kind: 'deployments' },
    ],
    [
      'forbidden, of a collection',
      { tag: 'Forbidden', target: { group: '', resource: 'pods', name: '' }, message: 'User "eve" cannot list' },
      403,
      'Forbidden',
      'pods is forbidden: User "eve" cannot list',
      { kind: 'pods' },
    ],
    [
      'forbidden, with a cause',
      {
        tag: 'Forbidden',
        target: { group: '', resource: 'pods', name: 'x' },
        message: 'unable to create new content',
        causes: [
          { reason: 'NamespaceTerminating', message: 'namespace n is being terminated', field: 'metadata.namespace' },
        ],
      },
      403,
      'Forbidden',
      'pods "x" is forbidden: unable to create new content',
      {
        name: 'x',
        kind: 'pods',
        causes: [
          { reason: 'NamespaceTerminating', message: 'namespace n is being terminated', field: 'metadata.namespace' },
        ],
      },
    ],
    [
      'invalid, by one rule',
      invalidObject(deployments, 'x', [fieldError.required('spec.x')]),
      422,
      'Invalid',
      'Deployment.apps "x" is invalid: spec.x: Required value',
      {
        name: 'x',
        group: 'apps',
        kind: 'Deployment',
        causes: [{ reason: 'FieldValueRequired', message: 'Required value', field: 'spec.x' }],
      },
    ],
    ['an unknown path', unknownResource, 404, 'NotFound', 'the server could not find the requested resource', {}],
    [
      'a method that is not there',
      { tag: 'MethodNotAllowed', target: { group: '', resource: 'pods', name: 'x' }, action: 'delete' },
      405,
      'MethodNotAllowed',
      'delete is not supported on resources of kind "pods"',
      { kind: 'pods' },
    ],
    [
      'nothing acceptable',
      notAcceptable(['application/json', 'application/yaml']),
      406,
      'NotAcceptable',
      'only the following media types are accepted: application/json, application/yaml',
      undefined,
    ],
    [
      'an unknown media type',
      unsupportedMediaType(['application/json']),
      415,
      'UnsupportedMediaType',
      'the body of the request was in an unknown format - accepted media types include: application/json',
      undefined,
    ],
    [
      'a body that is too large',
      { tag: 'RequestEntityTooLarge', limitBytes: 3145728 },
      413,
      'RequestEntityTooLarge',
      'Request entity is too large: limit is 3145728',
      undefined,
    ],
    ['a version that is gone', tooOldVersion(3, 7), 410, 'Expired', 'too old resource version: 3 (7)', undefined],
    [
      'too many requests',
      { tag: 'TooManyRequests', message: 'later', retryAfterSeconds: 10 },
      429,
      'TooManyRequests',
      'later',
      { retryAfterSeconds: 10 },
    ],
    [
      'an unreachable log',
      { tag: 'ServiceUnavailable', message: 'the log does not answer', retryAfterSeconds: 1 },
      503,
      'ServiceUnavailable',
      'the log does not answer',
      { retryAfterSeconds: 1 },
    ],
    ['a timeout', { tag: 'Timeout', message: 'too slow' }, 504, 'Timeout', 'Timeout: too slow', {}],
    ['no credentials', { tag: 'Unauthorized', message: '' }, 401, 'Unauthorized', 'Unauthorized', undefined],
  ]
  for (const [name, refusal, ...expected] of cases)
    it(name, () => {
      assert.deepEqual(seen(refusal), expected)
    })

  it('lists several broken rules once each', () => {
    const causes = [fieldError.required('spec.a'), fieldError.required('spec.b'), fieldError.required('spec.a')]
    assert.equal(
      statusOf(invalidObject(pods, 'x', causes)).message,
      'Pod "x" is invalid: [spec.a: Required value, spec.b: Required value]',
    )
  })

  it('gives an expired list a token to go on with', () => {
    assert.equal(statusOf(expiredContinue('abc')).metadata.continue, 'abc')
  })

  it('has the fields of meta/v1 Status in their order', () => {
    assert.deepEqual(Object.keys(statusOf(objectNotFound(pods, 'x'))), [
      'kind',
      'apiVersion',
      'metadata',
      'status',
      'message',
      'reason',
      'details',
      'code',
    ])
    assert.equal(internalError('boom').code, 500)
  })
})

describe('field errors', () => {
  const cases: readonly (readonly [string, string])[] = [
    [fieldError.required('a', 'why').message, 'Required value: why'],
    [fieldError.invalid('a', 'x"y', 'no').message, 'Invalid value: "x\\"y": no'],
    [fieldError.invalid('a', -1, 'must be positive').message, 'Invalid value: -1: must be positive'],
    [fieldError.invalid('a', undefined, 'no').message, 'Invalid value: null: no'],
    [fieldError.invalid('a', { b: 1 }, 'no').message, 'Invalid value: {"b":1}: no'],
    [fieldError.typeInvalid('a', true, 'no').message, 'Invalid value: true: no'],
    [fieldError.notSupported('a', 'x', ['y', 'z']).message, 'Unsupported value: "x": supported values: "y", "z"'],
    [fieldError.duplicate('a', 'x').message, 'Duplicate value: "x"'],
    [fieldError.forbidden('a', 'not now').message, 'Forbidden: not now'],
    [fieldError.tooLong('a', 63).message, 'Too long: may not be more than 63 bytes'],
    [fieldError.tooMany('a', 5, 3).message, 'Too many: 5: must have at most 3 items'],
    [fieldError.notFound('a', 'x').message, 'Not found: "x"'],
    [
      fieldError.child(fieldError.index(fieldError.child('', 'spec', 'containers'), 0), 'image'),
      'spec.containers[0].image',
    ],
    [fieldError.keyed('metadata.annotations', 'a/b'), 'metadata.annotations[a/b]'],
    [goQuote('a\tb\u0001é'), '"a\\tb\\x01é"'],
  ]
  for (const [actual, expected] of cases) it(expected, () => assert.equal(actual, expected))
})
