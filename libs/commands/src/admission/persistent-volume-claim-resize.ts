import { compareQuantities, quantityOf } from '@periplus/api'
import { StorageClass, classOfClaim } from '@periplus/kinds'
import type { PersistentVolumeClaim } from '@periplus/kinds'
import { writtenClaim } from './claims.ts'
import type { AdmissionPlugin } from './plugin.ts'
import { forbidden } from './pods.ts'

/** Only a claim that has a volume may ask for more room, and only where its class says that volumes can grow. */
export const persistentVolumeClaimResize: AdmissionPlugin = {
  name: 'PersistentVolumeClaimResize',
  validate: (candidate, { cut }) => {
    const claim = writtenClaim(candidate)
    const before = candidate.previous as PersistentVolumeClaim | undefined
    if (!claim || !before || compareQuantities(sizeOf(claim), sizeOf(before)) <= 0) return undefined
    if (before.status?.phase !== 'Bound')
      return forbidden(candidate, 'Only bound persistent volume claims can be expanded')
    const name = classOfClaim(claim)
    const grows =
      name !== '' && name === classOfClaim(before) && cut.get(StorageClass, '', name)?.allowVolumeExpansion === true
    if (grows) return undefined
    return forbidden(
      candidate,
      'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize',
    )
  },
}

const sizeOf = ({ spec }: PersistentVolumeClaim) => quantityOf(spec?.resources?.requests?.['storage'])
