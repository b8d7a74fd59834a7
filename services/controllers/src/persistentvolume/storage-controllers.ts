import type { Controller } from '@periplus/controller'
import { ephemeralVolumeController } from '../ephemeralvolume/controller.ts'
import { localPathController } from '../localpath/controller.ts'
import { claimProtectionController, volumeProtectionController } from '../storageprotection/controller.ts'
import { persistentVolumeController } from './controller.ts'

/** Everything that volumes and claims need. */
export const storageControllers: readonly Controller[] = [
  persistentVolumeController,
  claimProtectionController,
  volumeProtectionController,
  localPathController,
  ephemeralVolumeController,
]
