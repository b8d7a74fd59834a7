import { asBuffer } from '@periplus/prelude'
import { fromJson, isRecord } from '@periplus/api'
import type { KubernetesObject, ObjectRef, Stored } from '@periplus/api'
import type { RecordedEvent, Sequence } from '@periplus/log'
import type { ChangedEntry, LabelledEntry } from '../cut.ts'
import type { Indexed } from '../indexes.ts'
import type { ByteSlabs, Slab, SlabUser } from './byte-slabs.ts'
import { nestedMember, referencesOf } from './references.ts'
import type { References } from './references.ts'
import { withResourceVersion } from './resource-version.ts'

type Labels = Readonly<Record<string, string>> | undefined

/**
 * An entry with what the cut's indexes need. A class, because there are 100,000 of them and a closure each would show.
 *
 * It begins with the event's body as it came, which is a view into what came from the socket, and makes its own bytes when
 * somebody reads them, or when `copyIntoSlab` says that it has come to stay: most entries of a busy object never do either.
 */
export class ObjectEntry implements LabelledEntry, ChangedEntry, Indexed, SlabUser {
  readonly ref: ObjectRef
  readonly sequence: Sequence
  readonly unreadable: string | undefined
  slab: Slab | undefined = undefined
  /** Another entry, or none, has taken this one's place in the cut. */
  superseded = false
  #body: Uint8Array | undefined
  #bytes: Buffer | undefined = undefined
  #object: Stored<KubernetesObject> | undefined = undefined
  #references: References | undefined = undefined
  #uid: string | undefined = undefined

  constructor({ ref, sequence, body, unreadable }: RecordedEvent) {
    this.ref = ref
    this.sequence = sequence
    this.unreadable = unreadable
    this.#body = body
  }

  /** Read out of the JSON when somebody first asks. */
  get references(): References {
    return (this.#references ??= referencesOf(this.#json))
  }

  /** Likewise; the event's own text of it would keep all of the event's headers in memory. */
  get uid(): string {
    return (this.#uid ??= String(this.member('metadata', 'uid') ?? ''))
  }

  labels(): Labels {
    if (this.#object) return this.#object.metadata.labels
    return this.member('metadata', 'labels') as Labels
  }

  member(...path: readonly string[]): unknown {
    return nestedMember(this.#json, ...path)
  }

  mentions(text: string): boolean {
    return this.#json.includes(text)
  }

  get #json(): Buffer {
    return this.#bytes ?? asBuffer(this.#body as Uint8Array)
  }

  get bytes(): Buffer {
    if (this.#bytes) return this.#bytes
    this.#bytes = withResourceVersion(this.#body as Uint8Array, this.sequence)
    this.#body = undefined
    return this.#bytes
  }

  /** Lets go of the event's body, so that what it is a view into can go too. */
  copyIntoSlab(slabs: ByteSlabs): void {
    if (this.#bytes) return
    const room = (length: number): Buffer => slabs.allocate(length, this)
    this.#bytes = withResourceVersion(this.#body as Uint8Array, this.sequence, room)
    this.#body = undefined
  }

  relocate(bytes: Buffer): void {
    this.#bytes = bytes
  }

  object(): Stored<KubernetesObject> {
    this.#object ??= this.#read()
    return this.#object
  }

  /** The body as it came is read where it is: the bytes would be made for nothing, and not in the slab where they belong. */
  #read(): Stored<KubernetesObject> {
    if (this.#bytes) return fromJson(this.#bytes.toString()) as Stored<KubernetesObject>
    const object: unknown = fromJson(this.#json.toString())
    if (!isRecord(object) || !isRecord(object['metadata'])) throw new Error('an object without metadata')
    // Where the bytes have it.
    const metadata = { resourceVersion: String(this.sequence), ...object['metadata'] }
    return { ...object, metadata } as unknown as Stored<KubernetesObject>
  }
}
