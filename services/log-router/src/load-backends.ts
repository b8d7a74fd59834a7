import { isAbsolute } from 'node:path'
import { pathToFileURL } from 'node:url'
import { E, messageOf, thrownText } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { LogBackend } from '@periplus/logs'

const isBackend = (value: unknown): value is LogBackend =>
  typeof value === 'object' &&
  value !== null &&
  'name' in value &&
  typeof value.name === 'string' &&
  'open' in value &&
  typeof value.open === 'function'

/**
 * The adapters of others that the operator lets in: packages that are installed beside Periplus, which sinks name as npm does, or
 * absolute paths of modules, whose backends are named as they name themselves. Left: a line for each that cannot be had.
 */
export const loadBackends = async (
  specifiers: readonly string[],
): Promise<{ readonly backends: ReadonlyMap<string, LogBackend>; readonly refused: readonly string[] }> => {
  const backends = new Map<string, LogBackend>()
  const refused: string[] = []
  for (const specifier of specifiers) {
    const loaded = await loadBackend(specifier)
    if (E.isLeft(loaded)) refused.push(`${specifier}: ${loaded.left}`)
    else backends.set(isAbsolute(specifier) ? loaded.right.name : specifier, loaded.right)
  }
  return { backends, refused }
}

/** That a package, or something of it, is not there is said by Node; what the package itself throws may say more than it should. */
const isOfNode = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && /^ERR_(?:MODULE|PACKAGE)_/.test(String(error.code))

const loadBackend = async (specifier: string): Promise<Either<string, LogBackend>> => {
  try {
    const from = isAbsolute(specifier) ? pathToFileURL(specifier).href : specifier
    const { default: backend } = (await import(from)) as { readonly default?: unknown }
    return isBackend(backend) ? E.right(backend) : E.left('its default export is no log backend')
  } catch (error) {
    return E.left(isOfNode(error) ? messageOf(error) : thrownText(error))
  }
}
