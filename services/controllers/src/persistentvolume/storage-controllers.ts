import type { Controller } from '@periplus/controller'
import { claimProtectionController, volumeProtectionController } from '../storageprotection/controller.ts'
import { persistentVolumeController } from './controller.ts'

/** Everything that volumes and claims need. */
export const storageControllers: readonly Controller[] = [
  persistentVolumeController,
  claimProtectionController,
  volumeProtectionController,
]
