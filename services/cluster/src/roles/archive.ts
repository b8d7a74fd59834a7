import { directoryBlobs, withArchive } from '@periplus/log'
import type { Blobs, EventLog } from '@periplus/log'
import type { Home } from '../home/home.ts'
import { isS3 } from '../home/s3-place.ts'
import { openS3 } from '../home/s3.ts'
import type { Settings } from '../home/settings.ts'

/** Where what leaves the log is kept; `undefined`: nowhere. */
export const openArchive = (home: Home, settings: Settings): Blobs | undefined => {
  const { archive } = settings
  if (archive === 'none') return undefined
  return isS3(archive) ? openS3(archive, settings) : directoryBlobs(archive || home.archive)
}

/** The log as far back as there is anything of it, for whoever looks at the past. */
export const withPastOf = (log: EventLog, home: Home, settings: Settings): EventLog => {
  const archive = openArchive(home, settings)
  return archive ? withArchive(log, archive) : log
}
