import type { KubernetesObject, ObjectRef, Stored } from '@periplus/api'
import type { RecordedEvent, Sequence } from '@periplus/log'
import type { Entry } from '../cut.ts'
import { referencesOf } from './references.ts'
import type { References } from './references.ts'
import { withResourceVersion } from './resource-version.ts'

/** An entry with what the cut's indexes need. A class, because there are 100,000 of them and a closure each would show. */
export class ObjectEntry implements Entry, References {
  readonly ref: ObjectRef
  readonly uid: string
  readonly sequence: Sequence
  readonly bytes: Buffer
  readonly owners: readonly string[]
  readonly nodeName: string
  #object: Stored<KubernetesObject> | undefined = undefined

  constructor(ref: ObjectRef, uid: string, sequence: Sequence, bytes: Buffer) {
    const { owners, nodeName } = referencesOf(bytes)
    this.ref = ref
    this.uid = uid
    this.sequence = sequence
    this.bytes = bytes
    this.owners = owners
    this.nodeName = nodeName
  }

  object(): Stored<KubernetesObject> {
    this.#object ??= JSON.parse(this.bytes.toString()) as Stored<KubernetesObject>
    return this.#object
  }
}

export const entryOf = (event: RecordedEvent): ObjectEntry =>
  new ObjectEntry(event.ref, event.uid, event.sequence, withResourceVersion(event.body, event.sequence))
