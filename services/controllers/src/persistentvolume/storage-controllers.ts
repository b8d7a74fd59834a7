import type { Controller } from '@periplus/controller'
import { attachedVolumesController } from '../attachdetach/attached.ts'
import { attachDetachController } from '../attachdetach/controller.ts'
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
  attachDetachController,
  attachedVolumesController,
]
