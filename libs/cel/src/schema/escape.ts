const reserved: ReadonlySet<string> = new Set([
  ...['true', 'false', 'null', 'in', 'as', 'break', 'const', 'continue', 'else', 'for', 'function', 'if', 'import'],
  ...['let', 'loop', 'package', 'namespace', 'return', 'var', 'void', 'while'],
])

const escapes: ReadonlyMap<string, string> = new Map([
  ['__', '__underscores__'],
  ['.', '__dot__'],
  ['-', '__dash__'],
  ['/', '__slash__'],
])

/** A field's name as expressions write it (`foo-bar` is `foo__dash__bar`); `undefined` where they cannot. */
export const escaped = (name: string): string | undefined => {
  if (!/^[A-Za-z_./-][A-Za-z0-9_./-]*$/.test(name)) return undefined
  return reserved.has(name) ? `__${name}__` : name.replace(/__|[-./]/g, part => escapes.get(part) ?? part)
}
