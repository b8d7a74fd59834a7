import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A file of the checkout, such as `deploy/nats/nats.conf`, from wherever in it this code runs (sources or `dist/`). */
export const shippedFile = (path: string): string => {
  let directory = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(directory, path))) {
    if (directory === dirname(directory)) throw new Error(`${path} is not where this code was installed`)
    directory = dirname(directory)
  }
  return join(directory, path)
}
