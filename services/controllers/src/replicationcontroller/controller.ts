import { ReplicationController } from '@periplus/kinds'
import { replicaController } from '../replicas/controller.ts'
import { replicatedKind } from '../replicas/replicated.ts'

/** The older form of a ReplicaSet: the same decisions, with a selector of equalities only. */
export const replicationControllerController = replicaController(
  replicatedKind({
    kind: ReplicationController,
    component: 'replication-controller',
    countsTerminating: false,
    read: object => ({
      object,
      replicas: object.spec?.replicas ?? 1,
      minReadySeconds: object.spec?.minReadySeconds ?? 0,
      selector: object.spec?.selector && { matchLabels: object.spec.selector },
      template: object.spec?.template,
      status: object.status,
    }),
  }),
)
