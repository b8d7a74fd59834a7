import assert from 'node:assert/strict'
import { E } from '@periplus/prelude'
import { refOf, statusOf } from '@periplus/api'
import type { Kind, KubernetesObject, Stored } from '@periplus/api'
import { builtinRegistry, kindsAt } from '@periplus/custom'
import { mutableCut } from '@periplus/projection'
import type { Cut } from '@periplus/projection'
import type { Authorize, User } from '../../src/ports.ts'
import { policyParams } from '../../src/security/admission/policy-params.ts'

const alice: User = { name: 'alice', uid: '', groups: [], extra: {} }
const group = 'admissionregistration.k8s.io'

const kindOf = (resource: string): Kind => {
  const kind = builtinRegistry.stored(group, resource)
  assert.ok(kind)
  return kind
}

/** Says yes, and remembers to what. */
const asked: string[] = []
const authorizes =
  (...allowed: readonly string[]): Authorize =>
  (_, attributes) => {
    assert.ok(attributes.tag === 'Resource')
    const { verb, group: of, resource, namespace, name } = attributes
    const question = `${verb} ${of}/${resource} ${namespace}/${name}`
    asked.push(question)
    return allowed.includes(question) ? E.right('') : E.left({ tag: 'Unauthorized', message: 'no' })
  }

const stored = (fields: object) => fields as unknown as Stored<KubernetesObject>

const policy = (paramKind: object | undefined) => stored({ metadata: { name: 'p' }, spec: { paramKind } })
const secrets = { apiVersion: 'v1', kind: 'Secret' }

/** The cut has the policy of a name, for bindings. */
const cutWith = (found: Stored<KubernetesObject> | undefined): Cut =>
  Object.assign(Object.create(mutableCut()) as Cut, { get: () => found })

const judged = (
  resource: string,
  may: Authorize,
  next: Stored<KubernetesObject>,
  { previous, known }: { readonly previous?: Stored<KubernetesObject>; readonly known?: Stored<KubernetesObject> } = {},
): string | undefined => {
  asked.length = 0
  const kind = kindOf(resource)
  const refused = policyParams({ cut: cutWith(known), kindsAt, authorize: may })(alice, {
    kind,
    operation: previous ? 'update' : 'create',
    subresource: undefined,
    ref: refOf(kind, '', 'p'),
    previous,
    next,
    ends: false,
  })
  return refused && statusOf(refused).message
}

describe('the parameters of policies', () => {
  for (const sort of ['validating', 'mutating']) {
    const policies = `${sort}admissionpolicies`
    const bindings = `${sort}admissionpolicybindings`
    const title = `${sort === 'mutating' ? 'Mutating' : 'Validating'}AdmissionPolicy`

    it(`are named in ${sort} policies only by who may read all of their kind`, () => {
      assert.equal(
        judged(policies, authorizes(), policy(secrets)),
        `${title}.${group} "p" is invalid: spec.paramKind: Forbidden: user alice must have "get" permission on all objects of the referenced paramKind (kind=Secret, apiVersion=v1)`,
      )
      assert.equal(judged(policies, authorizes('get /secrets */*'), policy(secrets)), undefined)
      assert.ok(judged(policies, authorizes('get /secrets */*'), policy({ apiVersion: 'a/v1', kind: 'Unknown' })))
      assert.deepEqual(asked, ['get a/* */*'])
      assert.equal(judged(policies, authorizes(), policy(secrets), { previous: policy(secrets) }), undefined)
      assert.ok(judged(policies, authorizes(), policy(secrets), { previous: policy(undefined) }))
      assert.equal(judged(policies, authorizes(), policy(undefined)), undefined)
    })

    it(`are named in bindings of ${sort} policies only by who may read them`, () => {
      const binding = (paramRef: object) => stored({ metadata: { name: 'b' }, spec: { policyName: 'p', paramRef } })
      const one = binding({ name: 's', namespace: 'n' })
      const known = policy(secrets)
      const said = (refused: string | undefined) => refused?.replace(/^.*Forbidden: /, '')
      assert.equal(
        said(judged(bindings, authorizes(), one, { known })),
        'user alice does not have "get" permission on the object referenced by paramRef',
      )
      assert.equal(judged(bindings, authorizes('get /secrets n/s'), one, { known }), undefined)
      assert.equal(judged(bindings, authorizes('list /secrets /'), binding({ selector: {} }), { known }), undefined)
      assert.equal(
        said(judged(bindings, authorizes('get /secrets n/s'), one)),
        'unable to get policy p to determine minimum required permissions and user alice does not have "get" permission for all groups, versions and resources',
      )
      assert.deepEqual(asked, ['get */* n/s'])
      assert.equal(judged(bindings, authorizes(), one, { known, previous: one }), undefined)
    })
  }
})
