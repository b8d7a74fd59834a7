import { otherVersion } from '../../describe/other-version.ts'
import { LeaseCandidate } from '../v1beta1/lease-candidate.ts'

export const LeaseCandidateV1alpha2 = otherVersion(LeaseCandidate, 'v1alpha2')
