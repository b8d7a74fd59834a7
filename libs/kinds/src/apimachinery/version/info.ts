import { schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'

const { optional, required, string, struct } = schema

export const Info = struct('io.k8s.apimachinery.pkg.version.Info', {
  buildDate: required(undefined, string),
  compiler: required(undefined, string),
  emulationMajor: optional(undefined, string),
  emulationMinor: optional(undefined, string),
  gitCommit: required(undefined, string),
  gitTreeState: required(undefined, string),
  gitVersion: required(undefined, string),
  goVersion: required(undefined, string),
  major: required(undefined, string),
  minCompatibilityMajor: optional(undefined, string),
  minCompatibilityMinor: optional(undefined, string),
  minor: required(undefined, string),
  platform: required(undefined, string),
})
export interface Info extends TypeOf<typeof Info> {}
