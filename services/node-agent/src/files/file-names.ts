const longestName = 255
const longestPath = 4095

/** Why a text cannot be the name of one file in a directory; `undefined` where it can. The API's names all can. */
export const nameRefusal = (name: string): string | undefined => {
  if (name === '' || name === '.' || name === '..') return `${JSON.stringify(name)} is not a file's name`
  if (/[/\0]/.test(name)) return `${JSON.stringify(name)} is not a file's name: it has a "/" or a zero byte`
  return Buffer.byteLength(name) > longestName ? `${name.slice(0, 32)}… is too long for a file's name` : undefined
}

/** Why a text cannot be a path below a directory; Kubernetes' rule for `subPath`. */
export const pathRefusal = (path: string): string | undefined => {
  if (path.startsWith('/')) return 'must not be an absolute path'
  if (path.split('/').includes('..')) return `must not contain '..'`
  if (path.includes('\0')) return 'must not contain a zero byte'
  return Buffer.byteLength(path) > longestPath ? `must be no more than ${longestPath} bytes` : undefined
}

/** The same of a file that the node writes into a volume, where names that begin with `..` are the node's own. */
export const volumeFileRefusal = (path: string): string | undefined => {
  if (path === '' || path.split('/').some(part => part === '' || part === '.')) return 'must name a file'
  const refusal = pathRefusal(path)
  if (refusal !== undefined) return refusal
  if (path.startsWith('..')) return `must not start with '..'`
  return path
    .split('/')
    .map(nameRefusal)
    .find(why => why !== undefined)
}
