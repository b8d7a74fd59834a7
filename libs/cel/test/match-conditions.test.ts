import { deepStrictEqual } from 'node:assert/strict'
import { E, atOnce } from '@periplus/prelude'
import { compileCondition, matchConditions } from '../src/index.ts'
import type { AdmissionInput } from '../src/index.ts'

const input: AdmissionInput = {
  object: { metadata: { name: 'a', labels: { team: 'x' } }, spec: { replicas: 3 } },
  oldObject: null,
  request: {
    kind: { group: 'apps', version: 'v1', kind: 'Deployment' },
    resource: { group: 'apps', version: 'v1', resource: 'deployments' },
    subResource: '',
    requestKind: { group: 'apps', version: 'v1', kind: 'Deployment' },
    requestResource: { group: 'apps', version: 'v1', resource: 'deployments' },
    requestSubResource: '',
    name: 'a',
    namespace: 'n',
    operation: 'CREATE',
    userInfo: { username: 'anna', groups: ['system:authenticated'] },
    dryRun: false,
  },
  namespaceObject: { metadata: { name: 'n', labels: { env: 'test' } } },
  authorize: attributes => ({
    allowed: 'resource' in attributes && attributes.resource === 'deployments',
    reason: 'because',
  }),
}

const matched = (...expressions: readonly string[]) =>
  atOnce(matchConditions(expressions.map((expression, i) => ({ name: `c${i}`, expression })))(input))

describe('matchConditions', () => {
  it('match where each of them is true', () => {
    deepStrictEqual(
      matched(
        'object.spec.replicas == 3 && oldObject == null',
        "request.operation == 'CREATE' && request.userInfo.groups.exists(g, g == 'system:authenticated')",
        "namespaceObject.metadata.labels['env'] == 'test'",
        "authorizer.requestResource.check('create').allowed()",
        "!authorizer.group('').resource('pods').namespace('n').check('list').allowed()",
      ),
      { tag: 'Matches' },
    )
  })

  it('do not match where one is false, though another has no value', () => {
    deepStrictEqual(matched('object.spec.nothing == 1', 'false'), { tag: 'Excluded', condition: 'c1' })
  })

  it('fail where one has no value and none is false', () => {
    deepStrictEqual(matched('object.spec.nothing == 1', 'true'), {
      tag: 'Failed',
      message: "expression 'object.spec.nothing == 1' resulted in error: no such key: nothing",
    })
  })

  it('stop when they cost too much together', () => {
    const dear =
      "authorizer.requestResource.check('create').allowed() && authorizer.requestResource.check('get').allowed()"
    deepStrictEqual(matched(dear, dear, dear, dear).tag, 'Failed')
    deepStrictEqual(matched(dear, dear, dear).tag, 'Matches')
  })

  it('are refused where they give no truth, or name what is not there', () => {
    deepStrictEqual(compileCondition('1', { hasParams: false }), E.left('must evaluate to bool but got int'))
    deepStrictEqual(
      compileCondition('params == null', { hasParams: false }),
      E.left(
        "compilation failed: ERROR: <input>:1:1: undeclared reference to 'params' (in container '')\n | params == null\n | ^",
      ),
    )
    deepStrictEqual(E.isRight(compileCondition('params == null', { hasParams: true })), true)
  })
})
