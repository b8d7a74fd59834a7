import { otherVersion } from '../../describe/other-version.ts'
import { ClusterTrustBundle } from '../v1beta1/cluster-trust-bundle.ts'

export const ClusterTrustBundleV1alpha1 = otherVersion(ClusterTrustBundle, 'v1alpha1')
