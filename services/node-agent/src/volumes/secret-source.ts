import type { Stored } from '@periplus/api'
import { Secret } from '@periplus/kinds'
import { unreadableAnnotation } from '@periplus/log'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Cut } from '@periplus/projection'

/** Where a Secret is. */
export interface SecretPlace {
  readonly namespace: string
  readonly name: string
}

/** Asks the API for a Secret as it is at `version` or later; refused with a text for people. */
export type ReadSecret = (place: SecretPlace, version: string) => Promise<Either<string, Secret>>

/** Of a node that has nobody to ask. */
export const noSecrets: ReadSecret = async () => E.left('this node was given nobody to ask for Secrets')

/** Secrets that were had; `undefined` for one that is not there. */
export type HadSecrets = (place: SecretPlace) => Secret | undefined

/**
 * The Secrets of pods. The node reads the log, where they are sealed, and has no keys: of each that a pod of its own needs it asks the
 * API, once for every version. Refused where one is there and cannot be had.
 */
export type SecretSource = (places: readonly SecretPlace[]) => Promise<Either<string, HadSecrets>>

const keyOf = ({ namespace, name }: SecretPlace): string => `${namespace}/${name}`

export const secretSource = (cut: Pick<Cut, 'get'>, read: ReadSecret): SecretSource => {
  /** By the sealed object, so that what was read goes with the version that it is of; pods that begin together wait for one answer. */
  const asked = new WeakMap<Stored<Secret>, ReturnType<ReadSecret>>()

  const answerFor = (place: SecretPlace, sealed: Stored<Secret>): ReturnType<ReadSecret> => {
    const known = asked.get(sealed)
    if (known) return known
    const answer = read(place, sealed.metadata.resourceVersion)
    asked.set(sealed, answer)
    // What could not be had is asked for again.
    const forget = (): void => void asked.delete(sealed)
    answer.then(had => (E.isLeft(had) ? forget() : undefined), forget)
    return answer
  }
  const had = async (place: SecretPlace): Promise<Either<string, Secret | undefined>> => {
    const secret = cut.get(Secret, place.namespace, place.name)
    if (secret?.metadata.annotations?.[unreadableAnnotation] === undefined) return E.right(secret)
    const answer = await answerFor(place, secret)
    return E.isLeft(answer) ? E.left(`the Secret ${keyOf(place)} cannot be read: ${answer.left}`) : answer
  }
  return async places => {
    const distinct = [...new Map(places.map(place => [keyOf(place), place])).values()]
    const all = E.sequenceArray(await Promise.all(distinct.map(had)))
    if (E.isLeft(all)) return all
    const found = new Map(distinct.map((place, i) => [keyOf(place), all.right[i]]))
    return E.right(place => found.get(keyOf(place)))
  }
}
