/** Words that CEL keeps for itself. */
export const reserved: ReadonlySet<string> = new Set([
  ...['as', 'break', 'const', 'continue', 'else', 'for', 'function', 'if', 'import', 'let', 'loop', 'package'],
  ...['namespace', 'return', 'var', 'void', 'while'],
])
export const notIdentifiers: ReadonlySet<string> = new Set(['in', 'true', 'false', 'null'])

const operators = (...symbols: readonly string[]): ReadonlyMap<string, string> =>
  new Map(symbols.map(symbol => [symbol, symbol === 'in' ? '@in' : `_${symbol}_`]))

/** Operators and the functions that they are, by how strongly they bind. */
export const relations = operators('<', '<=', '>=', '>', '==', '!=', 'in')
export const sums = operators('+', '-')
export const products = operators('*', '/', '%')
