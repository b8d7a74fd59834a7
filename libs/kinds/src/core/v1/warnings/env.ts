import type { FieldPath } from '@periplus/api'
import type { EnvVar } from '../env.ts'

/** A variable that is there again is fine where it builds on the one before, as in `PATH=$(PATH):/x`. */
export const envWarnings = (path: FieldPath, env: readonly EnvVar[] = []): readonly string[] => {
  const seen = new Set<string>()
  return env.flatMap(({ name, value = '', valueFrom }, i) => {
    const again = seen.has(name)
    seen.add(name)
    const reference = `$(${name})`
    const builds = valueFrom === undefined && value !== reference && value.includes(reference)
    return again && !builds
      ? [`${path}[${i}]: hides previous definition of ${JSON.stringify(name)}, which may be dropped when using apply`]
      : []
  })
}
