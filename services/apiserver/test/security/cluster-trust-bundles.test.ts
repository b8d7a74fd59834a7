import assert from 'node:assert/strict'
import { E } from '@periplus/prelude'
import { refOf, statusOf } from '@periplus/api'
import type { KubernetesObject, Refusal, Stored } from '@periplus/api'
import type { Candidate } from '@periplus/commands'
import { ClusterTrustBundle } from '@periplus/kinds'
import type { Authorize, User } from '../../src/ports.ts'
import { clusterTrustBundleAttest } from '../../src/security/admission/cluster-trust-bundles.ts'

const alice: User = { name: 'alice', uid: '', groups: [], extra: {} }
const signer = 'example.com/signer'

/** May attest for these. */
const authorizes =
  (...names: readonly string[]): Authorize =>
  (_, attributes) => {
    const may =
      attributes.tag === 'Resource' &&
      attributes.verb === 'attest' &&
      attributes.group === 'certificates.k8s.io' &&
      attributes.resource === 'signers' &&
      names.includes(attributes.name)
    return may ? E.right('') : E.left({ tag: 'Unauthorized', message: 'no' })
  }

const bundle = (spec: object, metadata: object = {}) =>
  ({ metadata: { name: 'example.com:signer:a', ...metadata }, spec }) as unknown as Stored<KubernetesObject>

const write = (next: Stored<KubernetesObject>, previous?: Stored<KubernetesObject>): Candidate => ({
  kind: ClusterTrustBundle,
  operation: previous ? 'update' : 'create',
  subresource: undefined,
  ref: refOf(ClusterTrustBundle, '', 'example.com:signer:a'),
  previous,
  next,
  ends: false,
})

const words = (refusal: Refusal | undefined): string | undefined => refusal && statusOf(refusal).message

describe('ClusterTrustBundleAttest', () => {
  const mine = bundle({ signerName: signer, trustBundle: 'x' })

  it('lets nobody write for a signer without the right to attest for it', () => {
    assert.equal(
      words(clusterTrustBundleAttest(authorizes('example.com/other'))(alice, write(mine))),
      'clustertrustbundles.certificates.k8s.io "example.com:signer:a" is forbidden: user not permitted to attest for signerName "example.com/signer"',
    )
    for (const name of [signer, 'example.com/*'])
      assert.equal(clusterTrustBundleAttest(authorizes(name))(alice, write(mine)), undefined)
  })

  it('asks nothing of bundles of no signer, nor of what collects garbage', () => {
    const may = clusterTrustBundleAttest(authorizes())
    assert.equal(may(alice, write(bundle({ trustBundle: 'x' }))), undefined)
    const held = bundle({ signerName: signer, trustBundle: 'x' }, { finalizers: ['example.com/f'] })
    assert.equal(may(alice, write(mine, held)), undefined)
    assert.ok(may(alice, write(bundle({ signerName: signer, trustBundle: 'y' }), mine)))
  })
})
