import { directoryBlobs, withArchive } from '@periplus/log'
import type { Blobs, EventLog } from '@periplus/log'
import type { Home } from '../home/home.ts'
import type { Settings } from '../home/settings.ts'

/** Where what leaves the log is kept; `undefined`: nowhere. */
export const openArchive = (home: Home, { archive }: Settings): Blobs | undefined =>
  archive === 'none' ? undefined : directoryBlobs(archive || home.archive)

/** The log as far back as there is anything of it, for whoever looks at the past. */
export const withPastOf = (log: EventLog, home: Home, settings: Settings): EventLog => {
  const archive = openArchive(home, settings)
  return archive ? withArchive(log, archive) : log
}
