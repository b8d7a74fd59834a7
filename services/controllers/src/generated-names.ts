/** As long as an object's name may be. */
const longestName = 253

/** How the names of what is made for an object begin (`generateName`): with its name and a dash, where that is not too long to be one. */
export const prefixOf = (name: string): string => (name.length < longestName ? `${name}-` : name)
