import type { Random } from './random.ts'

/** The alphabet that Kubernetes uses for generated names: no vowels, no look-alikes. */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789'

/** `length` characters that spell nothing. */
export const nameSuffix = (random: Random, length = 5): string => {
  let suffix = ''
  for (let i = 0; i < length; i++) suffix += alphabet[Math.floor(random() * alphabet.length)]
  return suffix
}

/** Each character as one that spells nothing (apimachinery's `rand.SafeEncodeString`); for digits of hashes. */
export const safeEncoded = (text: string): string =>
  [...text].map(character => alphabet[character.charCodeAt(0) % alphabet.length]).join('')
