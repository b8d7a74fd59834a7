import type { OciImage } from './oci-image.ts'

/** What answers to a name when no registry does. */
export interface StandIn {
  /** Without registry, `library/` and tag. */
  readonly repository: string
  /** What it really is, for people: `BusyBox 1:1.35.0-4 from Debian`. */
  readonly what: string
  readonly image: OciImage
}
