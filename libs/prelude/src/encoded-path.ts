/**
 * A path for a URL, each segment with all but RFC 3986's unreserved characters encoded: `encodeURIComponent` leaves `!'()*` as they are, and stores
 * of S3 that take a path as it came work out another signature for it then.
 */
export const encodedPath = (path: string): string =>
  encodeURIComponent(path)
    .replace(/[!'()*]/g, character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%2F', '/')
