import { E } from '@periplus/prelude'
import type { Authorize, User } from '../../ports.ts'

/** What may be done in a signer's name. */
export type SignerVerb = 'approve' | 'attest' | 'sign'

/** By the signer's own name, or by all of its domain. */
export const mayForSigner = (authorize: Authorize, user: User, verb: SignerVerb, signer: string): boolean =>
  [signer, `${signer.split('/')[0] ?? ''}/*`].some(name =>
    E.isRight(
      authorize(user, {
        tag: 'Resource',
        verb,
        group: 'certificates.k8s.io',
        version: '*',
        resource: 'signers',
        subresource: '',
        namespace: '',
        name,
      }),
    ),
  )
